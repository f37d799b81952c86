// SPDX-License-Identifier: Apache-2.0
// Names that meet in TypeScript: type-checked, and run by src/codegen/typecheck.test.mjs.
import { strict as assert } from "node:assert";
import * as sdk from "spacetimedb";
import { DbConnection, procedures, reducers, tables } from "./bindings";
import { AB, Ab, Colour } from "./bindings/types";

export function everyCallTypeChecks(conn: DbConnection): void {
  conn.reducers.doIt({});
  conn.reducers.doIt_2({ aB: 1, aB_2: 2 });
  conn.reducers.end_({});
  conn.reducers.grüß_é({});
  conn.reducers.delete({ new: 1 });
  const count: bigint = conn.db.fooBar_2.count();
  conn.db.fooBar_2.rows_.find(1n);
  conn.db.fooBar_2.count_2.filter(1);
  const first: number | undefined = conn.db.fooBar_3.userId.find(1)?.userId_3;
  conn.db.fooBar_3.userId_3.filter([1, 2]);
  conn.db.class.iter();
  void [count, first, Ab, AB];
}

assert.deepEqual(Object.keys(tables).sort(), ["class", "dbConnection", "fooBar", "fooBar_2", "fooBar_3"]);
assert.deepEqual(Object.keys(reducers).sort(), ["dbConnection", "delete", "doIt", "doIt_2", "doIt_3", "end_", "grüß_é"]);
assert.deepEqual(Object.keys(procedures), ["doIt2"]);
assert.deepEqual([reducers.doIt, reducers.doIt_2, reducers.doIt_3].map((reducer) => reducer.name), ["do_it", "doIt", "Do__It"]);
assert.equal(tables.fooBar_3.where((row) => row.userId_3.eq(1)).toSql(), `SELECT * FROM "foo_bar" WHERE "foo_bar"."UserID" = 1`);
assert.deepEqual([Colour.RedOne, Colour.RedOne_2, Colour.Tag("x")], [{ tag: "RedOne" }, { tag: "RedOne_2" }, { tag: "Tag", value: "x" }]);

// Indexes named like members of the library's table cache leave those alone.
const cache = new sdk.ClientCache<any>();
const table: any = cache.getOrCreateTable((tables.fooBar_2 as any).tableDef);
assert.equal(table.count(), 0n);
assert.deepEqual([...table.iter()], []);
assert.equal(table.rows_.find(1n), null);
assert.deepEqual([...table.count_2.filter(1)], []);
