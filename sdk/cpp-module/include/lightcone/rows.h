// SPDX-License-Identifier: Apache-2.0
// Rows<Row>: what iterating a table or filtering by an index yields. A range that is passed once:
//     for (const Message& message : ctx.db[messages].filter<&Message::room>(room)) { … }
// What it yields was fixed when it was made: rows inserted or deleted meanwhile do not change it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "codec_named.h"
#include "host.h"
#include "wire.h"

namespace lightcone {
namespace detail {

[[noreturn, gnu::noinline, gnu::cold]] inline void stop_on_host_error(const char* action, const char* table,
                                                                      std::int32_t error) {
    const char* reason = "unexpected error";
    switch (error) {
        case host::kNotInTransaction: reason = "no transaction is open"; break;
        case host::kDecodeError: reason = "the database does not understand the key"; break;
        case host::kNoSuchTable: reason = "no such table"; break;
        case host::kNoSuchIndex: reason = "no such index"; break;
        case host::kNoSuchIterator: reason = "no such iterator"; break;
        case host::kUniqueAlreadyExists: reason = "a row with the same unique value exists"; break;
        case host::kScheduleDelayTooLong: reason = "the scheduled delay is too long"; break;
        case host::kIndexNotUnique: reason = "the index is not unique"; break;
        case host::kNoSuchRow: reason = "no such row"; break;
        case host::kAutoIncOverflow: reason = "the sequence is exhausted"; break;
        default: break;
    }
    panic("{} {}: {} (error {})", action, table, reason, error);
}

inline constexpr std::size_t kScanBytes = 64 * 1024;

// Keeps a few scan buffers, since most scans need one for a short time.
class ScanBuffers {
  public:
    static char* take() {
        if (free_count_ > 0) return free_[--free_count_];
        return Buffer<0>::allocate(kScanBytes);
    }
    static void give(char* buffer) {
        if (free_count_ < kKept) {
            free_[free_count_++] = buffer;
        } else {
            std::free(buffer);
        }
    }

  private:
    static constexpr std::size_t kKept = 4;
    static inline constinit char* free_[kKept] = {};
    static inline constinit std::size_t free_count_ = 0;
};

// The bytes of a scan, piece by piece. Owns the host's iterator.
class Scan {
  public:
    explicit Scan(std::uint32_t iterator) : iterator_(iterator) {}
    Scan(Scan&& other) noexcept
        : iterator_(other.iterator_),
          open_(std::exchange(other.open_, false)),
          buffer_(std::exchange(other.buffer_, nullptr)),
          capacity_(other.capacity_) {}
    Scan& operator=(Scan&&) = delete;
    ~Scan() {
        if (open_) host::row_iter_bsatn_close(iterator_);
        if (buffer_ == nullptr) return;
        if (capacity_ == kScanBytes) {
            ScanBuffers::give(buffer_);
        } else {
            std::free(buffer_);
        }
    }

    // The next whole rows; an empty piece is the end.
    Reader next() {
        if (buffer_ == nullptr && open_) buffer_ = ScanBuffers::take();
        while (open_) {
            std::uint32_t length = capacity_;
            const std::int32_t result = host::row_iter_bsatn_advance(iterator_, buffer_, &length);
            if (result == host::kBufferTooSmall) {
                grow(length);
                continue;
            }
            if (result == host::kExhausted) {
                open_ = false;
            } else if (result != host::kOk) {
                open_ = false;
                stop_on_host_error("reading", "rows", result);
            }
            if (length > 0) return Reader(buffer_, length);
        }
        return Reader(nullptr, 0);
    }

  private:
    void grow(std::uint32_t needed) {
        char* larger = Buffer<0>::allocate(needed);
        if (capacity_ == kScanBytes) {
            ScanBuffers::give(buffer_);
        } else {
            std::free(buffer_);
        }
        buffer_ = larger;
        capacity_ = needed;
    }

    std::uint32_t iterator_;
    bool open_ = true;
    char* buffer_ = nullptr;
    std::uint32_t capacity_ = kScanBytes;
};

}  // namespace detail

template <class Row>
class Rows {
  public:
    class Iterator {
      public:
        using iterator_concept = std::input_iterator_tag;
        using value_type = Row;
        using difference_type = std::ptrdiff_t;

        explicit Iterator(Rows* rows) : rows_(rows) {}
        Row& operator*() const { return *rows_->current_; }
        Row* operator->() const { return &*rows_->current_; }
        Iterator& operator++() {
            rows_->advance();
            return *this;
        }
        void operator++(int) { rows_->advance(); }
        friend bool operator==(const Iterator& iterator, std::default_sentinel_t) { return !iterator.rows_->current_; }

      private:
        Rows* rows_;
    };

    // An iterator that owns its rows: what begin() of a table returns.
    class Cursor {
      public:
        explicit Cursor(Rows rows) : rows_(std::move(rows)) { rows_.advance(); }
        Row& operator*() { return *rows_.current_; }
        Cursor& operator++() {
            rows_.advance();
            return *this;
        }
        friend bool operator==(const Cursor& cursor, std::default_sentinel_t) { return !cursor.rows_.current_; }

      private:
        Rows rows_;
    };

    explicit Rows(std::uint32_t iterator) : scan_(iterator), piece_(nullptr, 0) {}

    Iterator begin() {
        advance();
        return Iterator(this);
    }
    std::default_sentinel_t end() const { return {}; }

    // The next row, nothing at the end.
    std::optional<Row> next() {
        advance();
        return std::move(current_);
    }

    std::vector<Row> to_vector() {
        std::vector<Row> all;
        for (Row& row : *this) all.push_back(std::move(row));
        return all;
    }

  private:
    void advance() {
        if (piece_.remaining() == 0) piece_ = scan_.next();
        if (piece_.remaining() == 0) {
            current_.reset();
        } else {
            current_.emplace(detail::decode<Row>(piece_));
        }
    }

    detail::Scan scan_;
    detail::Reader piece_;
    std::optional<Row> current_;
};

}  // namespace lightcone
