// SPDX-License-Identifier: Apache-2.0
#include "net/chunk_decoder.h"

#include "net/http_text.h"

namespace lightcone::net {

ChunkDecoder::State ChunkDecoder::feed(ByteView in, Bytes& out, size_t out_bytes_max, size_t& consumed) {
    consumed = 0;
    while (state_ == State::More && consumed < in.size()) {
        if (at_ != At::Data) {
            if (!step(in[consumed])) state_ = State::Bad;
            consumed++;
            // A chunk that would pass the limit is refused before its bytes arrive.
            if (at_ == At::Data && left_ > out_bytes_max - out.size()) state_ = State::TooLong;
            continue;
        }
        size_t count = static_cast<size_t>(std::min<uint64_t>(left_, in.size() - consumed));
        ByteView piece = in.subspan(consumed, count);
        out.insert(out.end(), piece.begin(), piece.end());
        consumed += count;
        left_ -= count;
        if (left_ == 0) at_ = At::DataCr;
    }
    return state_;
}

bool ChunkDecoder::step(uint8_t byte) {
    char c = static_cast<char>(byte);
    switch (at_) {
        case At::SizeStart:
        case At::Size: {
            int digit = hex_value(c);
            if (digit >= 0) {
                if (++digits_ > 15) return false;
                left_ = left_ << 4 | static_cast<uint64_t>(digit);
                at_ = At::Size;
                return true;
            }
            if (at_ == At::SizeStart) return false;
            if (c == ';') {
                at_ = At::Extension;
                return true;
            }
            at_ = At::SizeLf;
            return c == '\r';
        }
        case At::Extension:
            if (c == '\r') {
                at_ = At::SizeLf;
                return true;
            }
            return is_field_value_char(c) && ++extra_bytes_ <= kChunkExtensionBytesMax;
        case At::SizeLf:
            at_ = left_ == 0 ? At::LineStart : At::Data;
            extra_bytes_ = 0;
            digits_ = 0;
            return c == '\n';
        case At::Data: return false;
        case At::DataCr: at_ = At::DataLf; return c == '\r';
        case At::DataLf: at_ = At::SizeStart; return c == '\n';
        case At::LineStart:
            if (c == '\r') {
                at_ = At::EndLf;
                return true;
            }
            at_ = At::Line;
            return is_token_char(c) && ++extra_bytes_ <= kTrailerBytesMax;
        case At::Line:
            if (c == '\r') {
                at_ = At::LineLf;
                return true;
            }
            return is_field_value_char(c) && ++extra_bytes_ <= kTrailerBytesMax;
        case At::LineLf: at_ = At::LineStart; return c == '\n';
        case At::EndLf: state_ = c == '\n' ? State::Done : State::Bad; return c == '\n';
    }
    return false;
}

}  // namespace lightcone::net
