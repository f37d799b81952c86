// SPDX-License-Identifier: Apache-2.0
// BSATN in JavaScript, independent of the library under test: values by algebraic type, and module definitions.

const SCALARS = ['String', 'Bool', 'I8', 'U8', 'I16', 'U16', 'I32', 'U32', 'I64', 'U64', 'I128', 'U128', 'I256', 'U256', 'F32', 'F64'];
const WIDTHS = { I8: 1, U8: 1, I16: 2, U16: 2, I32: 4, U32: 4, I64: 8, U64: 8, I128: 16, U128: 16, I256: 32, U256: 32 };

export class Reader {
    constructor(bytes) {
        this.bytes = bytes;
        this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
        this.at = 0;
    }
    get remaining() { return this.bytes.length - this.at; }
    take(count) {
        if (count > this.remaining) throw new Error(`data too short: ${count} bytes wanted, ${this.remaining} left`);
        this.at += count;
        return this.bytes.subarray(this.at - count, this.at);
    }
    u8() { return this.take(1)[0]; }
    u16() { const at = this.at; this.take(2); return this.view.getUint16(at, true); }
    u32() { const at = this.at; this.take(4); return this.view.getUint32(at, true); }
    text() { return new TextDecoder('utf-8', { fatal: true }).decode(this.take(this.u32())); }
    list(read) { return Array.from({ length: this.u32() }, () => read(this)); }
    option(read) {
        const tag = this.u8();
        if (tag > 1) throw new Error(`bad option tag ${tag}`);
        return tag === 0 ? read(this) : undefined;
    }
    flag() {
        const value = this.u8();
        if (value > 1) throw new Error(`bad bool ${value}`);
        return value === 1;
    }
    integer(width, signed) {
        const bytes = this.take(width);
        let value = 0n;
        for (let i = width - 1; i >= 0; --i) value = (value << 8n) | BigInt(bytes[i]);
        if (signed) value = BigInt.asIntN(width * 8, value);
        return width <= 4 ? Number(value) : value;
    }
}

export class Writer {
    constructor() { this.bytes = []; }
    u8(value) { this.bytes.push(value & 255); return this; }
    u32(value) { return this.integer(4, value); }
    integer(width, value) {
        let rest = BigInt.asUintN(width * 8, BigInt(value));
        for (let i = 0; i < width; ++i, rest >>= 8n) this.bytes.push(Number(rest & 255n));
        return this;
    }
    text(value) {
        const utf8 = new TextEncoder().encode(value);
        this.u32(utf8.length);
        this.bytes.push(...utf8);
        return this;
    }
    raw(bytes) { this.bytes.push(...bytes); return this; }
    done() { return Uint8Array.from(this.bytes); }
}

function readProduct(r) {
    return r.list(() => ({ name: r.option(() => r.text()), type: readType(r) }));
}

// Types: {kind: 'U32'}, {kind: 'Ref', ref}, {kind: 'Array', element}, {kind: 'Product' or 'Sum', parts: [{name, type}]}.
export function readType(r) {
    const tag = r.u8();
    if (tag === 0) return { kind: 'Ref', ref: r.u32() };
    if (tag === 1) return { kind: 'Sum', parts: readProduct(r) };
    if (tag === 2) return { kind: 'Product', parts: readProduct(r) };
    if (tag === 3) return { kind: 'Array', element: readType(r) };
    if (tag - 4 >= SCALARS.length) throw new Error(`unknown type tag ${tag}`);
    return { kind: SCALARS[tag - 4] };
}

// Values: products become objects, sums {tag, value}, options undefined or the value, the rest as usual.
export function readValue(r, type, typespace) {
    switch (type.kind) {
        case 'Ref': return readValue(r, typespace[type.ref], typespace);
        case 'Product': return Object.fromEntries(type.parts.map((part) => [part.name, readValue(r, part.type, typespace)]));
        case 'Sum': {
            const tag = r.u8();
            if (tag >= type.parts.length) throw new Error(`bad tag ${tag}`);
            return { tag: type.parts[tag].name, index: tag, value: readValue(r, type.parts[tag].type, typespace) };
        }
        case 'Array': return r.list(() => readValue(r, type.element, typespace));
        case 'String': return r.text();
        case 'Bool': return r.flag();
        case 'F32': { const at = r.at; r.take(4); return r.view.getFloat32(at, true); }
        case 'F64': { const at = r.at; r.take(8); return r.view.getFloat64(at, true); }
        default: return r.integer(WIDTHS[type.kind], type.kind[0] === 'I');
    }
}

// The reverse of readValue. Products are objects or arrays, sums {tag, value}; a bare value or undefined does for an option.
export function writeValue(w, type, value, typespace) {
    switch (type.kind) {
        case 'Ref': return writeValue(w, typespace[type.ref], value, typespace);
        case 'Product': return type.parts.forEach((part, i) => writeValue(w, part.type, Array.isArray(value) ? value[i] : value[part.name], typespace));
        case 'Sum': {
            const isOption = type.parts.length === 2 && type.parts[0].name === 'some' && type.parts[1].name === 'none';
            if (isOption && value?.tag === undefined) value = value === undefined ? { tag: 'none', value: [] } : { tag: 'some', value };
            const tag = type.parts.findIndex((part) => part.name === value.tag);
            if (tag < 0) throw new Error(`no variant ${value.tag}`);
            w.u8(tag);
            return writeValue(w, type.parts[tag].type, value.value ?? [], typespace);
        }
        case 'Array':
            w.u32(value.length);
            return value.forEach((element) => writeValue(w, type.element, element, typespace));
        case 'String': return void w.text(value);
        case 'Bool': return void w.u8(value ? 1 : 0);
        case 'F32': return void w.raw(new Uint8Array(Float32Array.of(value).buffer));
        case 'F64': return void w.raw(new Uint8Array(Float64Array.of(value).buffer));
        default: return void w.integer(WIDTHS[type.kind], value);
    }
}

// The order of index keys.
export function compare(a, b) {
    if (typeof a === 'object' && a !== null && 'index' in a) return a.index - b.index || compare(a.value, b.value);
    if (Array.isArray(a)) {
        for (let i = 0; i < Math.min(a.length, b.length); ++i) {
            const order = compare(a[i], b[i]);
            if (order) return order;
        }
        return a.length - b.length;
    }
    if (typeof a === 'object') return compare(Object.values(a), Object.values(b));
    if (typeof a === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
    return a < b ? -1 : a > b ? 1 : 0;
}

const columns = (r) => r.list(() => r.u16());
const ALGORITHMS = ['btree', 'hash', 'direct'];
const LIFECYCLES = ['init', 'client_connected', 'client_disconnected'];

function readTable(r) {
    const table = { name: r.text(), rowType: r.u32(), primaryKey: columns(r) };
    table.indexes = r.list(() => {
        const name = r.option(() => r.text());
        const accessor = r.option(() => r.text());
        const algorithm = ALGORITHMS[r.u8()];
        return { name, accessor, algorithm, columns: algorithm === 'direct' ? [r.u16()] : columns(r) };
    });
    table.uniques = r.list(() => {
        r.option(() => r.text());
        if (r.u8() !== 0) throw new Error('unknown constraint kind');
        return columns(r);
    });
    table.sequences = r.list(() => {
        r.option(() => r.text());
        const column = r.u16();
        for (let i = 0; i < 3; ++i) if (r.option(() => r.integer(16, true)) !== undefined) throw new Error('sequence option');
        if (r.integer(16, true) !== 1n) throw new Error('sequence increment');
        return column;
    });
    if (r.u8() !== 1) throw new Error('not a user table');
    table.isPublic = r.u8() === 0;
    table.defaults = r.list(() => ({ column: r.u16(), bytes: r.take(r.u32()) }));
    table.isEvent = r.flag();
    return table;
}

// A whole module definition, version 10, read to its last byte.
export function readDefinition(bytes) {
    const r = new Reader(bytes);
    if (r.u8() !== 2) throw new Error('not a version 10 definition');
    const def = { typespace: [], types: [], tables: [], reducers: [], schedules: [], lifecycles: {}, explicitNames: [] };
    const seen = new Set();
    for (let left = r.u32(); left > 0; --left) {
        const section = r.u8();
        if (seen.has(section)) throw new Error(`section ${section} twice`);
        seen.add(section);
        switch (section) {
            case 0: def.typespace = r.list(readType); break;
            case 1: def.types = r.list(() => ({ scope: r.list(() => r.text()), name: r.text(), ref: r.u32(), customOrdering: r.flag() })); break;
            case 2: def.tables = r.list(readTable); break;
            case 3:
                def.reducers = r.list(() => {
                    const reducer = { name: r.text(), params: readProduct(r), visibility: ['private', 'client'][r.u8()] };
                    reducer.ok = readType(r);
                    reducer.err = readType(r);
                    return reducer;
                });
                break;
            case 6: def.schedules = r.list(() => (r.option(() => r.text()), { table: r.text(), column: r.u16(), reducer: r.text() })); break;
            case 7: for (const [kind, name] of r.list(() => [LIFECYCLES[r.u8()], r.text()])) def.lifecycles[kind] = name; break;
            case 10: def.explicitNames = r.list(() => ({ kind: ['table', 'function', 'index'][r.u8()], source: r.text(), canonical: r.text() })); break;
            default: throw new Error(`unexpected section ${section}`);
        }
    }
    if (r.remaining !== 0) throw new Error(`${r.remaining} bytes after the definition`);
    return def;
}
