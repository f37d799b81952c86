// SPDX-License-Identifier: Apache-2.0
// A small database that satisfies the imports of a module, for testing the library without the server. It is written
// from the ABI, not from the library, and strict: null pointers, ranges on hash indexes and bad rows throw.
import fs from 'node:fs';
import { Reader, Writer, compare, readDefinition, readValue, writeValue } from './bsatn.mjs';

const LEVELS = { 0: 'error', 1: 'warn', 2: 'info', 3: 'debug', 4: 'trace', 101: 'panic' };
const E = { NOT_IN_TRANSACTION: 2, BSATN_DECODE_ERROR: 3, NO_SUCH_TABLE: 4, NO_SUCH_INDEX: 5, NO_SUCH_ITER: 6, NO_SUCH_BYTES: 8, BUFFER_TOO_SMALL: 11, UNIQUE_ALREADY_EXISTS: 12, INDEX_NOT_UNIQUE: 14, NO_SUCH_ROW: 15 };

export class MockHost {
    constructor(path, { chunkBytes = 32768 } = {}) {
        this.module = new WebAssembly.Module(fs.readFileSync(path));
        this.chunkBytes = chunkBytes;
        this.identity = new Uint8Array(32).fill(0xdb);
        this.logs = [];
        this.calls = {};
        this.#start();
    }

    #start() {
        this.iterators = new Map();
        this.sources = new Map();
        this.sinks = new Map();
        this.nextHandle = 1;
        this.inTransaction = false;
        const imports = this.#imports();
        const wanted = {};
        for (const { module, name } of WebAssembly.Module.imports(this.module)) {
            if (!imports[module]?.[name]) throw new Error(`unknown import ${module}.${name}`);
            (wanted[module] ??= {})[name] = (...args) => {
                this.calls[name] = (this.calls[name] ?? 0) + 1;
                return imports[module][name](...args);
            };
        }
        this.exports = new WebAssembly.Instance(this.module, wanted).exports;
        this.exports._initialize?.();
        for (const name of Object.keys(this.exports).filter((name) => name.startsWith('__preinit__')).sort()) this.exports[name]();
        const sink = this.#open(this.sinks, []);
        this.exports.__describe_module__(sink);
        this.definitionBytes = Uint8Array.from(this.sinks.get(sink));
        this.def = readDefinition(this.definitionBytes);
        this.tables ??= this.def.tables.map((table) => ({ ...table, rows: new Map(), sequences: new Map(table.sequences.map((c) => [c, 1n])) }));
    }

    // Calls a reducer with its arguments as values, or already encoded. Returns {ok: true}, {ok: false, error} or {trap}; on anything but ok nothing has changed.
    call(name, args = [], { sender = new Uint8Array(32).fill(1), connection = 7n, timestamp = 1700000000000000n } = {}) {
        const id = this.def.reducers.findIndex((r) => r.name === name);
        if (id < 0) throw new Error(`no reducer ${name}`);
        if (Array.isArray(args)) {
            const w = new Writer();
            writeValue(w, { kind: 'Product', parts: this.def.reducers[id].params }, args, this.def.typespace);
            args = w.done();
        }
        const before = this.tables.map((t) => new Map(t.rows));
        const rollBack = () => this.tables.forEach((t, i) => { t.rows = before[i]; });
        const r = new Reader(sender);
        const parts = [0, 1, 2, 3].map(() => BigInt.asIntN(64, r.integer(8, false)));
        const source = args.length > 0 ? this.#open(this.sources, { bytes: args, at: 0 }) : 0;
        const sink = this.#open(this.sinks, []);
        this.inTransaction = true;
        this.calls = {};
        try {
            const code = this.exports.__call_reducer__(id, ...parts, BigInt.asIntN(64, connection), 0n, timestamp, source, sink);
            if (code === 0) return { ok: true };
            rollBack();
            return { ok: false, code, error: new TextDecoder().decode(Uint8Array.from(this.sinks.get(sink))) };
        } catch (trap) {
            if (!(trap instanceof WebAssembly.RuntimeError || trap instanceof RangeError)) throw trap;
            rollBack();
            this.#start();
            return { ok: false, trap };
        } finally {
            this.inTransaction = false;
            this.sinks.clear();
            this.sources.clear();
        }
    }

    rows(table) {
        const t = this.tables.find((t) => t.name === table);
        return [...t.rows.values()].map((bytes) => this.#decode(t, bytes));
    }

    #open(map, value) {
        map.set(this.nextHandle, value);
        return this.nextHandle++;
    }
    #decode(table, bytes) {
        const r = new Reader(bytes);
        const row = readValue(r, this.def.typespace[table.rowType], this.def.typespace);
        if (r.remaining) throw new WebAssembly.RuntimeError('bytes after the row');
        return row;
    }
    #columnTypes(table) { return this.def.typespace[table.rowType].parts; }
    #key(table, row, columns) { return columns.map((c) => row[this.#columnTypes(table)[c].name]); }

    #bytes(ptr, len) {
        if (ptr === 0) throw new WebAssembly.RuntimeError('null pointer passed to a function of the host');
        return new Uint8Array(this.exports.memory.buffer, ptr >>> 0, len >>> 0);
    }
    #u32(ptr, value) {
        const view = new DataView(this.exports.memory.buffer);
        if (value === undefined) return view.getUint32(ptr, true);
        view.setUint32(ptr, value, true);
        return 0;
    }
    #u64(ptr, value) { new DataView(this.exports.memory.buffer).setBigUint64(ptr, BigInt(value), true); return 0; }
    #name(ptr, len) { return new TextDecoder('utf-8', { fatal: true }).decode(this.#bytes(ptr, len)); }
    #table(id) { return this.tables[id - 4096]; }
    #index(id) {
        const table = this.#table(Math.floor(id / 100));
        const index = table?.indexes[id % 100];
        return index && { table, index, unique: table.uniques.some((u) => u.length === index.columns.length && u.every((c) => index.columns.includes(c))) };
    }
    #types(table, columns) { return columns.map((c) => this.#columnTypes(table)[c].type); }

    #generate(table, row, ptr, lenPtr) {
        const generated = new Writer();
        const full = new Writer();
        this.#columnTypes(table).forEach(({ name, type }, column) => {
            const r = new Reader(row.bytes);
            r.at = row.starts[column];
            const raw = row.bytes.subarray(row.starts[column], row.starts[column + 1]);
            if (table.sequences.has(column) && raw.every((b) => b === 0)) {
                const next = table.sequences.get(column);
                table.sequences.set(column, next + 1n);
                generated.integer(raw.length, next);
                full.integer(raw.length, next);
            } else {
                full.raw(raw);
            }
        });
        this.pending = () => {
            const back = generated.done();
            this.#bytes(ptr, back.length).set(back);
            this.#u32(lenPtr, back.length);
        };
        return full.done();
    }
    #split(table, bytes) {
        const r = new Reader(bytes);
        const starts = [0];
        for (const { type } of this.#columnTypes(table)) {
            readValue(r, type, this.def.typespace);
            starts.push(r.at);
        }
        if (r.remaining) throw new WebAssembly.RuntimeError('bytes after the row');
        return { bytes, starts };
    }
    #conflict(table, row, except) {
        for (const [key, bytes] of table.rows) {
            if (key === except) continue;
            const other = this.#decode(table, bytes);
            for (const u of table.uniques) if (compare(this.#key(table, row, u), this.#key(table, other, u)) === 0) return key;
        }
        return undefined;
    }
    #insert(table, ptr, lenPtr) {
        const row = this.#split(table, this.#bytes(ptr, this.#u32(lenPtr)).slice());
        const bytes = this.#generate(table, row, ptr, lenPtr);
        const hex = Buffer.from(bytes).toString('hex');
        if (!table.rows.has(hex)) {
            if (this.#conflict(table, this.#decode(table, bytes)) !== undefined) return E.UNIQUE_ALREADY_EXISTS;
            table.rows.set(hex, bytes);
        }
        this.pending();
        return 0;
    }
    #update(table, indexId, ptr, lenPtr) {
        const found = this.#index(indexId);
        if (!found || found.table !== table) return E.NO_SUCH_INDEX;
        if (!found.unique) return E.INDEX_NOT_UNIQUE;
        const bytes = this.#generate(table, this.#split(table, this.#bytes(ptr, this.#u32(lenPtr)).slice()), ptr, lenPtr);
        const row = this.#decode(table, bytes);
        const wanted = this.#key(table, row, found.index.columns);
        const old = [...table.rows.keys()].find((hex) => compare(this.#key(table, this.#decode(table, table.rows.get(hex)), found.index.columns), wanted) === 0);
        if (this.#conflict(table, row, old) !== undefined) return E.UNIQUE_ALREADY_EXISTS;
        if (old === undefined) return E.NO_SUCH_ROW;
        table.rows.delete(old);
        table.rows.set(Buffer.from(bytes).toString('hex'), bytes);
        this.pending();
        return 0;
    }

    #matches(table, columns, predicate) {
        return [...table.rows.entries()].filter(([, bytes]) => predicate(this.#key(table, this.#decode(table, bytes), columns)));
    }
    #point(id, ptr, len) {
        const found = this.#index(id);
        if (!found) return E.NO_SUCH_INDEX;
        const r = new Reader(this.#bytes(ptr, len));
        const wanted = this.#types(found.table, found.index.columns).map((type) => readValue(r, type, this.def.typespace));
        if (r.remaining) return E.BSATN_DECODE_ERROR;
        return { table: found.table, matches: this.#matches(found.table, found.index.columns, (key) => compare(key, wanted) === 0) };
    }
    #range(id, prefixPtr, prefixLen, n, lowPtr, lowLen, highPtr, highLen) {
        const found = this.#index(id);
        if (!found) return E.NO_SUCH_INDEX;
        if (found.index.algorithm === 'hash') throw new WebAssembly.RuntimeError('range scan of a hash index');
        const types = this.#types(found.table, found.index.columns);
        if (n >= types.length) return E.BSATN_DECODE_ERROR;
        const prefixReader = n ? new Reader(this.#bytes(prefixPtr, prefixLen)) : undefined;
        const prefix = types.slice(0, n).map((type) => readValue(prefixReader, type, this.def.typespace));
        const bound = (ptr, len) => {
            const r = new Reader(this.#bytes(ptr, len));
            const kind = r.u8();
            const result = { kind, value: kind === 2 ? undefined : readValue(r, types[n], this.def.typespace) };
            if (kind > 2 || r.remaining) throw new Error('bad bound');
            return result;
        };
        const low = bound(lowPtr, lowLen);
        const high = bound(highPtr, highLen);
        const inside = (key) => {
            if (compare(key.slice(0, n), prefix) !== 0) return false;
            const fromLow = low.kind === 2 ? 1 : compare(key[n], low.value);
            const toHigh = high.kind === 2 ? -1 : compare(key[n], high.value);
            return (fromLow > 0 || (fromLow === 0 && low.kind === 0)) && (toHigh < 0 || (toHigh === 0 && high.kind === 0));
        };
        return { table: found.table, matches: this.#matches(found.table, found.index.columns, inside) };
    }
    #iterate(result, out) {
        if (typeof result === 'number') return result;
        const rows = result.matches.map(([, bytes]) => bytes);
        return this.#u32(out, this.#open(this.iterators, rows));
    }
    #erase(result, out) {
        if (typeof result === 'number') return result;
        for (const [hex] of result.matches) result.table.rows.delete(hex);
        return this.#u32(out, result.matches.length);
    }
    #advance(iter, ptr, lenPtr) {
        const rows = this.iterators.get(iter);
        if (!rows) return E.NO_SUCH_ITER;
        const capacity = this.#u32(lenPtr);
        if (rows.length && rows[0].length > capacity) { this.#u32(lenPtr, rows[0].length); return E.BUFFER_TOO_SMALL; }
        let used = 0;
        while (rows.length && used + rows[0].length <= capacity && used < this.chunkBytes) {
            const row = rows.shift();
            this.#bytes(ptr + used, row.length).set(row);
            used += row.length;
        }
        this.#u32(lenPtr, used);
        if (rows.length) return 0;
        this.iterators.delete(iter);
        return -1;
    }
    #readSource(source, ptr, lenPtr) {
        const s = this.sources.get(source);
        if (!s) return E.NO_SUCH_BYTES;
        const count = Math.min(this.#u32(lenPtr), s.bytes.length - s.at);
        this.#bytes(ptr, count).set(s.bytes.subarray(s.at, s.at + count));
        s.at += count;
        this.#u32(lenPtr, count);
        if (s.at < s.bytes.length) return 0;
        this.sources.delete(source);
        return -1;
    }
    #deleteEqual(table, ptr, len, out) {
        const r = new Reader(this.#bytes(ptr, len));
        let count = 0;
        for (let left = r.u32(); left > 0; --left) {
            const start = r.at;
            readValue(r, this.def.typespace[table.rowType], this.def.typespace);
            if (table.rows.delete(Buffer.from(r.bytes.subarray(start, r.at)).toString('hex'))) ++count;
        }
        return this.#u32(out, count);
    }

    #imports() {
        const tx = (f) => (...args) => (this.inTransaction ? f(...args) : E.NOT_IN_TRANSACTION);
        const onTable = (f) => tx((id, ...rest) => (this.#table(id) ? f(this.#table(id), ...rest) : E.NO_SUCH_TABLE));
        return {
            'spacetime_10.0': {
                table_id_from_name: tx((ptr, len, out) => {
                    const i = this.tables.findIndex((t) => t.name === this.#name(ptr, len));
                    return i < 0 ? E.NO_SUCH_TABLE : this.#u32(out, 4096 + i);
                }),
                index_id_from_name: tx((ptr, len, out) => {
                    for (const [t, table] of this.tables.entries()) {
                        const i = table.indexes.findIndex((index) => index.name === this.#name(ptr, len));
                        if (i >= 0) return this.#u32(out, (4096 + t) * 100 + i);
                    }
                    return E.NO_SUCH_INDEX;
                }),
                datastore_table_row_count: onTable((t, out) => this.#u64(out, t.rows.size)),
                datastore_table_scan_bsatn: onTable((t, out) => this.#u32(out, this.#open(this.iterators, [...t.rows.values()]))),
                datastore_index_scan_range_bsatn: tx((...a) => this.#iterate(this.#range(...a.slice(0, 8)), a[8])),
                datastore_delete_by_index_scan_range_bsatn: tx((...a) => this.#erase(this.#range(...a.slice(0, 8)), a[8])),
                datastore_delete_all_by_eq_bsatn: onTable((t, ptr, len, out) => this.#deleteEqual(t, ptr, len, out)),
                row_iter_bsatn_advance: (iter, ptr, lenPtr) => this.#advance(iter, ptr, lenPtr),
                row_iter_bsatn_close: (iter) => (this.iterators.delete(iter) ? 0 : E.NO_SUCH_ITER),
                datastore_insert_bsatn: onTable((t, ptr, lenPtr) => this.#insert(t, ptr, lenPtr)),
                datastore_update_bsatn: onTable((t, index, ptr, lenPtr) => this.#update(t, index, ptr, lenPtr)),
                bytes_source_read: (source, ptr, lenPtr) => this.#readSource(source, ptr, lenPtr),
                bytes_sink_write: (sink, ptr, lenPtr) => {
                    if (!this.sinks.has(sink)) return E.NO_SUCH_BYTES;
                    this.sinks.get(sink).push(...this.#bytes(ptr, this.#u32(lenPtr)));
                    return 0;
                },
                console_log: (level, target, targetLen, file, fileLen, line, message, messageLen) => {
                    this.logs.push({ level: LEVELS[level] ?? level, file: file ? this.#name(file, fileLen) : undefined, line: line >>> 0, message: this.#name(message, messageLen) });
                },
                console_timer_start: (ptr, len) => { this.logs.push({ level: 'timer', message: this.#name(ptr, len) }); return 1; },
                console_timer_end: () => 0,
                identity: (out) => { this.#bytes(out, 32).set(this.identity); },
            },
            'spacetime_10.1': {
                bytes_source_remaining_length: (source, out) => {
                    const s = this.sources.get(source);
                    return s ? this.#u32(out, s.bytes.length - s.at) : E.NO_SUCH_BYTES;
                },
            },
            'spacetime_10.2': {
                get_jwt: tx((ptr, out) => this.#u32(out, this.jwt ? this.#open(this.sources, { bytes: new TextEncoder().encode(this.jwt), at: 0 }) : 0)),
            },
            'spacetime_10.4': {
                datastore_index_scan_point_bsatn: tx((id, ptr, len, out) => this.#iterate(this.#point(id, ptr, len), out)),
                datastore_delete_by_index_scan_point_bsatn: tx((id, ptr, len, out) => this.#erase(this.#point(id, ptr, len), out)),
            },
            'spacetime_10.5': {
                datastore_clear: onTable((t, out) => { const n = t.rows.size; t.rows.clear(); return this.#u64(out, n); }),
            },
        };
    }
}
