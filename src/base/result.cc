// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

namespace lightcone {

const char* error_code_name(ErrorCode code) {
    switch (code) {
        case ErrorCode::InvalidArgument: return "invalid argument";
        case ErrorCode::NotFound: return "not found";
        case ErrorCode::AlreadyExists: return "already exists";
        case ErrorCode::PermissionDenied: return "permission denied";
        case ErrorCode::Unauthenticated: return "unauthenticated";
        case ErrorCode::LimitExceeded: return "limit exceeded";
        case ErrorCode::FailedPrecondition: return "failed precondition";
        case ErrorCode::Unsupported: return "unsupported";
        case ErrorCode::Unavailable: return "unavailable";
        case ErrorCode::Corruption: return "corruption";
        case ErrorCode::Io: return "io";
        case ErrorCode::Timeout: return "timeout";
        case ErrorCode::Aborted: return "aborted";
        case ErrorCode::Internal: return "internal";
    }
    return "unknown";
}

}  // namespace lightcone
