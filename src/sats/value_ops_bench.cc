// SPDX-License-Identifier: Apache-2.0
#include "sats/value_ops.h"

#include <benchmark/benchmark.h>

#include "base/assert.h"

namespace lightcone::sats {
namespace {

AlgebraicType scalar(TypeKind kind) {
    return AlgebraicType(kind);
}

AlgebraicType account_row() {
    return AlgebraicType::product({{"id", scalar(TypeKind::U32)}, {"balance", scalar(TypeKind::I64)}});
}

AlgebraicType message_row() {
    return AlgebraicType::product({{"sender", make_special(SpecialType::Identity)},
                                   {"sent", make_special(SpecialType::Timestamp)},
                                   {"text", scalar(TypeKind::String)},
                                   {"room", AlgebraicType::option_of(scalar(TypeKind::U64))}});
}

Bytes message_value(size_t text_bytes) {
    Bytes bytes(40);
    ByteWriter(bytes).length_prefixed(std::string(text_bytes, 'x'));
    bytes.push_back(0);
    bytes.resize(bytes.size() + 8);
    return bytes;
}

ValueOps compiled(const AlgebraicType& type) {
    auto ops = ValueOps::compile(type);
    ASSERT(ops);
    return *ops;
}

void validate(benchmark::State& state, const AlgebraicType& type, const Bytes& value) {
    ValueOps ops = compiled(type);
    for (auto _ : state) benchmark::DoNotOptimize(*ops.validate(value));
}

void size_of(benchmark::State& state, const AlgebraicType& type, const Bytes& value) {
    ValueOps ops = compiled(type);
    for (auto _ : state) benchmark::DoNotOptimize(ops.size_of(value.data()));
}

void compare(benchmark::State& state, const AlgebraicType& type, const Bytes& value) {
    ValueOps ops = compiled(type);
    Bytes other = value;
    benchmark::DoNotOptimize(other.data());
    for (auto _ : state) {
        benchmark::ClobberMemory();
        benchmark::DoNotOptimize(ops.compare(value.data(), other.data()));
    }
}

void canonical(benchmark::State& state, const AlgebraicType& type, const Bytes& value) {
    ValueOps ops = compiled(type);
    Bytes out;
    out.reserve(256);
    for (auto _ : state) {
        out.clear();
        ops.append_canonical(value.data(), out);
        benchmark::DoNotOptimize(out.data());
    }
}

BENCHMARK_CAPTURE(validate, account, account_row(), Bytes(12));
BENCHMARK_CAPTURE(validate, message_20, message_row(), message_value(20));
BENCHMARK_CAPTURE(validate, message_1000, message_row(), message_value(1000));
BENCHMARK_CAPTURE(size_of, account, account_row(), Bytes(12));
BENCHMARK_CAPTURE(size_of, message_20, message_row(), message_value(20));
BENCHMARK_CAPTURE(compare, u32, scalar(TypeKind::U32), Bytes(4));
BENCHMARK_CAPTURE(compare, f64, scalar(TypeKind::F64), Bytes(8));
BENCHMARK_CAPTURE(compare, identity, make_special(SpecialType::Identity), Bytes(32));
BENCHMARK_CAPTURE(compare, account, account_row(), Bytes(12));
BENCHMARK_CAPTURE(compare, message_20, message_row(), message_value(20));
BENCHMARK_CAPTURE(canonical, u32, scalar(TypeKind::U32), Bytes(4));
BENCHMARK_CAPTURE(canonical, f64, scalar(TypeKind::F64), Bytes(8));
BENCHMARK_CAPTURE(canonical, message_20, message_row(), message_value(20));

}  // namespace
}  // namespace lightcone::sats
