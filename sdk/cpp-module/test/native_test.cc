// SPDX-License-Identifier: Apache-2.0
// The parts of the library that need no database, compiled natively with both compilers: reflection, encoding, text.
#include <gtest/gtest.h>
#include <lightcone/module.h>

#include <charconv>
#include <cstring>
#include <random>
#include <ranges>

// What the library imports, as far as it is used here.
namespace lightcone::host {
void console_log(std::uint32_t, Bytes, Length, Bytes, Length, std::uint32_t, Bytes, Length) {}
std::int32_t table_id_from_name(Bytes, Length, std::uint32_t*) {
    return kNoSuchTable;
}
std::int32_t index_id_from_name(Bytes, Length, std::uint32_t*) {
    return kNoSuchIndex;
}
std::int32_t bytes_sink_write(std::uint32_t, Bytes, Length*) {
    return kOk;
}
std::int32_t bytes_source_read(std::uint32_t, void*, Length*) {
    return kNoSuchBytes;
}
std::int32_t bytes_source_remaining_length(std::uint32_t, std::uint32_t*) {
    return kNoSuchBytes;
}
}  // namespace lightcone::host

namespace lightcone::detail {
namespace {

enum class Suit : std::uint8_t { Clubs, Hearts, Spades };
enum class Sparse : std::uint8_t { One = 1, Two = 2 };

struct Inner {
    std::int32_t first_value;
    std::string Second;
};

struct Everything {
    std::uint8_t small;
    std::optional<std::string> maybe;
    std::vector<Inner> many;
    Inner inner;
    std::expected<std::uint32_t, std::string> outcome;
    Identity who;
    Suit suit;
    double number;
};

struct Empty {};

struct Widest {
    bool f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17, f18, f19, f20, f21, f22, f23, f24,
        f25, f26, f27, f28, f29, f30, f31, f32;
};

struct Seventeen {
    std::uint8_t f1, f2, f3, f4, f5, f6, f7, f8, f9, f10, f11, f12, f13, f14, f15, f16, f17;
};

struct Choice : std::variant<Empty, Inner, Case<"Word", std::string>> {
    using variant::variant;
};

template <class T>
std::string encode(const T& value) {
    std::string bytes(Codec<T>::size(value), '\0');
    EXPECT_EQ(Codec<T>::write(bytes.data(), value), bytes.data() + bytes.size());
    return bytes;
}

template <class T>
T decode_all(const std::string& bytes) {
    Reader reader(bytes.data(), bytes.size());
    T value = decode<T>(reader);
    EXPECT_EQ(reader.remaining(), 0u);
    return value;
}

TEST(Reflect, counts_fields) {
    EXPECT_EQ(field_count<Everything>, 8u);
    EXPECT_EQ(field_count<Empty>, 0u);
    EXPECT_EQ(field_count<Seventeen>, 17u);
    EXPECT_EQ(field_count<Widest>, 32u);
}

TEST(Reflect, names_fields_types_enumerators_and_functions) {
    EXPECT_EQ((field_name<Everything, 0>()), "small");
    EXPECT_EQ((field_name<Everything, 7>()), "number");
    EXPECT_EQ((field_name<Inner, 0>()), "first_value");
    EXPECT_EQ((field_name<Inner, 1>()), "Second");
    EXPECT_EQ((field_name<Widest, 31>()), "f32");
    EXPECT_EQ((field_name<Seventeen, 16>()), "f17");
    EXPECT_EQ(type_name<Everything>, "Everything");
    EXPECT_EQ(type_name<Choice>, "Choice");
    EXPECT_EQ(value_name<Suit::Hearts>(), "Hearts");
    EXPECT_EQ(value_name<&stop_on_short_data>(), "stop_on_short_data");
}

TEST(Reflect, finds_the_position_of_a_member) {
    EXPECT_EQ(field_index<&Everything::small>(), 0);
    EXPECT_EQ(field_index<&Everything::inner>(), 3);
    EXPECT_EQ(field_index<&Widest::f32>(), 31);
}

TEST(Reflect, counts_enumerators_up_to_the_first_gap) {
    EXPECT_EQ(enumerator_count<Suit>(), 3u);
    EXPECT_EQ(enumerator_count<Sparse>(), 0u);
}

TEST(Codec, knows_which_types_have_one_size) {
    EXPECT_EQ(Codec<Seventeen>::kBytes, 17u);
    EXPECT_EQ(Codec<ScheduleAt>::kBytes, 9u);
    EXPECT_EQ(Codec<Identity>::kBytes, 32u);
    EXPECT_EQ(Codec<Inner>::kBytes, kVariable);
    EXPECT_EQ(Codec<std::optional<bool>>::kBytes, kVariable);
}

TEST(Codec, writes_the_documented_bytes) {
    EXPECT_EQ(encode(Inner{-2, "ab"}), std::string("\xfe\xff\xff\xff\x02\0\0\0ab", 10));
    EXPECT_EQ(encode(std::optional<std::uint8_t>{7}), std::string("\0\x07", 2));
    EXPECT_EQ(encode(std::optional<std::uint8_t>{}), "\x01");
    EXPECT_EQ(encode(Choice{Case<"Word", std::string>{"x"}}), std::string("\x02\x01\0\0\0x", 6));
    EXPECT_EQ(encode(Choice{Empty{}}), std::string("\0", 1));
    EXPECT_EQ(encode(ScheduleAt::at({5})), std::string("\x01\x05\0\0\0\0\0\0\0", 9));
}

TEST(Codec, reads_back_what_it_wrote) {
    const Everything value{
        1,   std::nullopt, {{1, "a"}, {2, ""}}, {3, "b"}, std::unexpected<std::string>("no"), {u256{4}}, Suit::Spades,
        -0.5};
    const std::string bytes = encode(value);
    EXPECT_EQ(encode(decode_all<Everything>(bytes)), bytes);
    EXPECT_EQ(decode_all<Everything>(bytes).many[1].first_value, 2);
    EXPECT_EQ(std::get<1>(decode_all<Choice>(encode(Choice{Inner{7, "q"}}))).Second, "q");
}

TEST(Text, floats_are_the_shortest_that_read_back) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 20000; ++i) {
        const std::uint64_t bits = random();
        double value;
        std::memcpy(&value, &bits, sizeof value);
        if (value != value || value - value != 0) continue;
        std::string text;
        append_text(text, value);
        double back = 0;
        std::from_chars(text.data(), text.data() + text.size(), back);
        EXPECT_EQ(back, value) << text;
        char shortest[64];
        const auto end = std::to_chars(shortest, shortest + sizeof shortest, value, std::chars_format::scientific);
        const std::string_view mantissa(shortest, std::string_view(shortest, end.ptr - shortest).find('e'));
        if (text.find('e') != std::string::npos) {
            EXPECT_EQ(text.substr(0, text.find('e')), mantissa);
        }
    }
}

TEST(Text, floats_at_the_edges) {
    const auto text = [](double value) {
        std::string out;
        append_text(out, value);
        return out;
    };
    EXPECT_EQ(text(0.0), "0.0");
    EXPECT_EQ(text(-0.0), "-0.0");
    EXPECT_EQ(text(5e-324), "5e-324");
    EXPECT_EQ(text(1.7976931348623157e308), "1.7976931348623157e308");
    EXPECT_EQ(text(2.2250738585072014e-308), "2.2250738585072014e-308");
    EXPECT_EQ(text(1e16), "1e16");
    EXPECT_EQ(text(9e15), "9000000000000000.0");
    EXPECT_EQ(text(0.00001), "0.00001");
    EXPECT_EQ(text(1e-6), "1e-6");
    EXPECT_EQ(text(std::numeric_limits<double>::infinity()), "inf");
    EXPECT_EQ(text(std::numeric_limits<double>::quiet_NaN()), "nan");
    EXPECT_EQ(format("{}", 16777216.0f), "16777216.0");
}

TEST(Text, placeholders_and_braces) {
    EXPECT_EQ(format("a {} b {} {{}}", 1, "x"), "a 1 b x {}");
    EXPECT_EQ(count_placeholders("{} {"), -1);
    EXPECT_EQ(count_placeholders("}"), -1);
    EXPECT_EQ(count_placeholders("{{}} {}"), 1);
    EXPECT_EQ(format("{}", std::numeric_limits<std::int64_t>::min()), "-9223372036854775808");
    EXPECT_EQ(format("{}", static_cast<Sparse>(2)), "2");
    const char* pointer = "text";
    EXPECT_EQ(format("{}", pointer), "text");
}

TEST(Text, timestamps) {
    EXPECT_EQ(format("{}", Timestamp{0}), "1970-01-01T00:00:00.000000+00:00");
    EXPECT_EQ(format("{}", Timestamp{-1}), "1969-12-31T23:59:59.999999+00:00");
    EXPECT_EQ(format("{}", Timestamp{951782400000000}), "2000-02-29T00:00:00.000000+00:00");
    EXPECT_EQ(format("{}", Timestamp{4107542399999999}), "2100-02-28T23:59:59.999999+00:00");
}

TEST(Types, wide_integers_are_ordered_as_numbers) {
    EXPECT_LT((u256{5}), (u256{0, 0, 0, 1}));
    EXPECT_LT(i256{-1}, i256{0});
    EXPECT_LT((i256{0, 0, 0, std::uint64_t{1} << 63}), i256{-1});
    EXPECT_LT((Identity{u256{9, 0, 0, 0}}), (Identity{u256{0, 1, 0, 0}}));
}

TEST(Rng, is_even_and_repeatable) {
    Rng first(42);
    Rng second(42);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(first(), second());
    int counts[6] = {};
    for (int i = 0; i < 60000; ++i) ++counts[first.between(1, 6) - 1];
    for (const int count : counts) EXPECT_NEAR(count, 10000, 500);
    EXPECT_EQ(first.between(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::min()),
              std::numeric_limits<std::int64_t>::min());
    for (int i = 0; i < 100; ++i) EXPECT_LT(first.fraction(), 1.0);
}

struct Row {
    std::uint32_t id;
    std::string owner;
    std::int64_t day;
};
using Spec = Table<Row, PrimaryKey<&Row::id>, HashIndex<&Row::owner>, BTreeIndex<&Row::owner, &Row::day>>;

TEST(Index, the_best_one_is_chosen) {
    constexpr TableSpec spec = Spec::kSpec;
    static_assert(choose_index(spec, column_list<Row, &Row::owner>(), true) == 0);   // the hash index
    static_assert(choose_index(spec, column_list<Row, &Row::owner>(), false) == 1);  // a range needs the ordered one
    static_assert(choose_index(spec, column_list<Row, &Row::owner, &Row::day>(), false) == 1);
    static_assert(choose_index(spec, column_list<Row, &Row::id>(), true) == 2);
    static_assert(choose_index(spec, column_list<Row, &Row::day>(), true) == kNoIndex);
    EXPECT_EQ(spec.index_count, 3u);
    EXPECT_TRUE(spec.indexes[2].unique);
    EXPECT_FALSE(spec.indexes[1].unique);
}

static_assert(std::ranges::input_range<Rows<Row>>);
static_assert(std::uniform_random_bit_generator<Rng>);

Result<int> half(int value) {
    if (value % 2 != 0) return error("{} is odd", value);
    return value / 2;
}

Result<int> quarter(int value) {
    const int once = LIGHTCONE_TRY(half(value));
    return LIGHTCONE_TRY(half(once));
}

TEST(Result, try_passes_errors_on) {
    EXPECT_EQ(quarter(8).value(), 2);
    EXPECT_EQ(quarter(6).error().message, "3 is odd");
    EXPECT_EQ(Outcome(error(std::string("{} as it is"))).error().message, "{} as it is");
}

}  // namespace
}  // namespace lightcone::detail
