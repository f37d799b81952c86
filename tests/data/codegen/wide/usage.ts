// SPDX-License-Identifier: Apache-2.0
// What users write against the bindings of this definition: type-checked, and run by src/codegen/typecheck.test.mjs.
import { strict as assert } from "node:assert";
import * as sdk from "spacetimedb";
import { DbConnection, procedures, reducers, tables } from "./bindings";
import type { EventContext, SubscriptionHandle } from "./bindings";
import { Branch, Expr, LinkedList, Rank, Shape } from "./bindings/types";
import type { Drawing, Player, UserId } from "./bindings/types";
import type { FindShapeArgs, FindShapeResult } from "./bindings/types/procedures";
import type { CreatePlayerParams } from "./bindings/types/reducers";
import * as owner from "./bindings_private";

// Of no use but to be checked: it needs a server.
export function everyCallTypeChecks(conn: DbConnection, own: owner.DbConnection, who: sdk.Identity): void {
  const player: Player | null = conn.db.player.playerId.find(1n);
  const named: Player | null = conn.db.player.displayName.find("ann");
  const top: Player | null = conn.db.topPlayers.playerId.find(1n);
  for (const row of conn.db.player.by_rank_joined.filter(Rank.Expert)) row.nickName?.toUpperCase();
  for (const row of conn.db.drawing2D.by_owner.filter(who)) row.due.tag.length;
  for (const row of conn.db.ranks.key.filter(Rank.Novice)) row.level.toFixed();
  conn.db.highScore.score.find(1.5);
  conn.db.highScore.owner.find(who);
  conn.db.ping.onInsert((ctx: EventContext, row) => { ctx.event.tag; row.number.toFixed(); row.void; });
  conn.db.player.onUpdate((_ctx, before, after) => { before.rank.tag === after.rank.tag; });
  void [player, named, top];

  const created: Promise<void> = conn.reducers.createPlayer({ displayName: "ann", rank: Rank.Novice, homeBase: undefined });
  const params: CreatePlayerParams = { displayName: "ann", rank: Rank.Novice, homeBase: { x: 1, y: 2 } };
  conn.reducers.createPlayer(params);
  conn.reducers.httpReset2X({ class: true, default: 7 });
  conn.reducers.rename({ id: 1n, newName: "bob" });
  conn.reducers.sayHello({});
  const tree: Branch = {
    condition: undefined, then: Expr.Unknown, labels: [["a"]], rank: Rank.Expert, owner: who, bytes: Uint8Array.of(1), nothing: {},
    at: sdk.ScheduleAt.interval(1n),
  };
  conn.reducers.evaluate({ expr: Expr.Sum([Expr.Literal(1n), Expr.Negate(tree)]), list: { head: 1, tail: { head: 2, tail: undefined } } });
  const args: FindShapeArgs = { ids: [], within: { x: 0, y: 0 } };
  const found: Promise<FindShapeResult> = conn.procedures.findShape(args);
  const count: Promise<number> = conn.procedures.countPlayers({ rank: Rank.Novice });
  const id: UserId = who;
  void [created, found, count, id];

  const handle: SubscriptionHandle = conn
    .subscriptionBuilder()
    .onApplied((ctx) => ctx.db.player.count())
    .subscribe([tables.player.where((row) => row.displayName.eq("ann")), tables.topPlayers]);
  handle.unsubscribe();

  own.db.secretVault.iter();
  own.reducers.adminOnly({ who, from: sdk.ConnectionId.random() });
  own.procedures.hidden({});

  // @ts-expect-error private tables are not there
  conn.db.secretVault;
  // @ts-expect-error private reducers are not there
  conn.reducers.adminOnly;
  // @ts-expect-error lifecycle reducers cannot be called by anybody
  own.reducers.arrive;
  // @ts-expect-error a unique column has find()
  conn.db.player.displayName.filter("ann");
  // @ts-expect-error wrong argument
  conn.reducers.rename({ id: "1", newName: "bob" });
  // @ts-expect-error a value of a unit variant has none
  Expr.Unknown.value;
  // @ts-expect-error wrong payload in a recursive type
  Expr.Sum([1n]);
}

function bytesOf(write: (writer: sdk.BinaryWriter) => void): string {
  const writer = new sdk.BinaryWriter(64);
  write(writer);
  return Buffer.from(writer.getBuffer()).toString("hex");
}

assert.deepEqual(Object.keys(tables).sort(), ["allRanks", "drawing2D", "highScore", "myDrawing", "ping", "player", "ranks", "topPlayers"]);
assert.deepEqual(Object.keys(reducers), ["createPlayer", "evaluate", "sayHello", "httpReset2X", "rename"]);
assert.deepEqual(Object.keys(procedures), ["countPlayers", "end", "fetch", "findShape", "zebra"]);
assert.deepEqual(Object.keys(owner.reducers), ["createPlayer", "evaluate", "sayHello", "httpReset2X", "fire", "adminOnly", "rename"]);
assert.equal(tables.player.toSql(), 'SELECT * FROM "player"');
assert.equal(tables.ranks.toSql(), 'SELECT * FROM "Rank_Table"');
assert.equal(
  tables.player.where((row) => row.displayName.eq("ann")).toSql(),
  `SELECT * FROM "player" WHERE "player"."display_name" = 'ann'`,
);

// Types that contain each other, from value to bytes and back.
const leaf: Branch = {
  condition: Expr.Literal(-2n), then: Expr.Unknown, labels: [], rank: { tag: "GrandMaster" }, owner: sdk.Identity.zero(),
  bytes: Uint8Array.of(255), nothing: {}, at: sdk.ScheduleAt.time(5n),
};
const expression = Expr.Sum([Expr.Literal(1n), Expr.If({ ...leaf, then: { ok: Expr.Unknown } as never })]);
const encoded = bytesOf((writer) => Expr.serialize(writer, expression));
const decoded = Expr.deserialize(new sdk.BinaryReader(Buffer.from(encoded, "hex")));
assert.equal(bytesOf((writer) => Expr.serialize(writer, decoded)), encoded);
assert.equal(encoded.slice(0, 30), "02" + "02000000" + "00" + "0100000000000000" + "04");
const list: LinkedList = { head: 1, tail: { head: 2, tail: undefined } };
assert.equal(bytesOf((writer) => LinkedList.serialize(writer, list)), "01" + "0000" + "02" + "01");
assert.deepEqual(Shape.Text("x"), { tag: "Text", value: "x" });
assert.deepEqual(Shape.Nothing, { tag: "Nothing" });

const drawing = sdk.ProductType.makeSerializer(tables.drawing2D.rowType);
const row: Drawing = {
  id: sdk.Uuid.NIL, owner: sdk.Identity.zero(), shape: Shape.Blob(Uint8Array.of(9)), layers: [], outcomes: { ok: { x: 0, y: 0 } } as never,
  weird: undefined, marker: {}, due: sdk.ScheduleAt.interval(1n), big: -1n, elapsed: new sdk.TimeDuration(2n),
};
assert.equal(
  bytesOf((writer) => drawing(writer, row)),
  "00".repeat(16 + 32) + "04" + "0100000009" + "00000000" + "00" + "00".repeat(8) + "01" + "00" + "0100000000000000" + "ff".repeat(32) + "0200000000000000",
);
