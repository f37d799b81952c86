// SPDX-License-Identifier: Apache-2.0
// Hands the fields of a plain struct, by reference and in order, to a visitor: with_fields(row, [](auto&... fields)
// {...}). Structured bindings need one line per number of fields, so this file is long and dull; kFieldsMax is its end.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

namespace lightcone::detail {

inline constexpr std::size_t kFieldsMax = 32;

// Converts to anything, in unevaluated expressions only: counts how many initialisers a struct takes.
struct AnyValue {
    template <class T>
    operator T() const;
};

template <class T, std::size_t... Index>
constexpr bool takes_initialisers(std::index_sequence<Index...>) {
    return requires { T{(void(Index), AnyValue{})...}; };
}

template <class T, std::size_t Count = kFieldsMax>
constexpr std::size_t count_fields() {
    if constexpr (Count == 0 || takes_initialisers<T>(std::make_index_sequence<Count>{})) {
        return Count;
    } else {
        return count_fields<T, Count - 1>();
    }
}

// Number of fields of the plain struct T (no base classes, no C arrays, at most kFieldsMax fields).
template <class T>
inline constexpr std::size_t field_count = [] {
    static_assert(std::is_aggregate_v<T>,
                  "a row or nested type must be a plain struct: no constructors, no private members");
    static_assert(!takes_initialisers<T>(std::make_index_sequence<kFieldsMax + 1>{}),
                  "a struct may have at most 32 fields; group some of them in a nested struct");
    if constexpr (std::is_empty_v<T>) {
        return std::size_t{0};
    } else {
        return count_fields<T>();
    }
}();

template <class Object, class Visitor>
constexpr decltype(auto) with_many_fields(Object& object, Visitor&& visit) {
    constexpr std::size_t count = field_count<std::remove_const_t<Object>>;
    if constexpr (count == 17) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq);
    } else if constexpr (count == 18) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr);
    } else if constexpr (count == 19) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs);
    } else if constexpr (count == 20) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft);
    } else if constexpr (count == 21) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu);
    } else if constexpr (count == 22) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv);
    } else if constexpr (count == 23) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw);
    } else if constexpr (count == 24) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx);
    } else if constexpr (count == 25) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy] =
            object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx,
                     fy);
    } else if constexpr (count == 26) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy, fz] =
            object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy,
                     fz);
    } else if constexpr (count == 27) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy, fz,
               faa] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy,
                     fz, faa);
    } else if constexpr (count == 28) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy, fz,
               faa, fab] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy,
                     fz, faa, fab);
    } else if constexpr (count == 29) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy, fz,
               faa, fab, fac] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy,
                     fz, faa, fab, fac);
    } else if constexpr (count == 30) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy, fz,
               faa, fab, fac, fad] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy,
                     fz, faa, fab, fac, fad);
    } else if constexpr (count == 31) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy, fz,
               faa, fab, fac, fad, fae] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy,
                     fz, faa, fab, fac, fad, fae);
    } else if constexpr (count == 32) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy, fz,
               faa, fab, fac, fad, fae, faf] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp, fq, fr, fs, ft, fu, fv, fw, fx, fy,
                     fz, faa, fab, fac, fad, fae, faf);
    }
}

template <class Object, class Visitor>
constexpr decltype(auto) with_fields(Object& object, Visitor&& visit) {
    constexpr std::size_t count = field_count<std::remove_const_t<Object>>;
    if constexpr (count == 0) {
        return visit();
    } else if constexpr (count == 1) {
        auto& [fa] = object;
        return visit(fa);
    } else if constexpr (count == 2) {
        auto& [fa, fb] = object;
        return visit(fa, fb);
    } else if constexpr (count == 3) {
        auto& [fa, fb, fc] = object;
        return visit(fa, fb, fc);
    } else if constexpr (count == 4) {
        auto& [fa, fb, fc, fd] = object;
        return visit(fa, fb, fc, fd);
    } else if constexpr (count == 5) {
        auto& [fa, fb, fc, fd, fe] = object;
        return visit(fa, fb, fc, fd, fe);
    } else if constexpr (count == 6) {
        auto& [fa, fb, fc, fd, fe, ff] = object;
        return visit(fa, fb, fc, fd, fe, ff);
    } else if constexpr (count == 7) {
        auto& [fa, fb, fc, fd, fe, ff, fg] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg);
    } else if constexpr (count == 8) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh);
    } else if constexpr (count == 9) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi);
    } else if constexpr (count == 10) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj);
    } else if constexpr (count == 11) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk);
    } else if constexpr (count == 12) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl);
    } else if constexpr (count == 13) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm);
    } else if constexpr (count == 14) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn);
    } else if constexpr (count == 15) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo);
    } else if constexpr (count == 16) {
        auto& [fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp] = object;
        return visit(fa, fb, fc, fd, fe, ff, fg, fh, fi, fj, fk, fl, fm, fn, fo, fp);
    } else {
        return with_many_fields(object, std::forward<Visitor>(visit));
    }
}

}  // namespace lightcone::detail
