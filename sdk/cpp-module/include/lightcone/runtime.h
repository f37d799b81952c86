// SPDX-License-Identifier: Apache-2.0
// What the C and C++ libraries expect of an operating system. A module has none: memory that runs out, failed
// assertions and abort become panics, and the WASI calls that library code might make are answered here, inside the
// module, so that nothing but the database's own functions is imported. Definitions are weak, so that several source
// files may include this; what is not used is dropped by the linker.
#pragma once

#if defined(__wasm__)

#include <__verbose_abort>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include "log.h"
#include "wire.h"

#define LIGHTCONE_WEAK [[gnu::weak]]

LIGHTCONE_WEAK void* operator new(std::size_t size) {
    return lightcone::detail::Buffer<0>::allocate(size == 0 ? 1 : size);
}
LIGHTCONE_WEAK void* operator new[](std::size_t size) {
    return operator new(size);
}
LIGHTCONE_WEAK void operator delete(void* memory) noexcept {
    std::free(memory);
}
LIGHTCONE_WEAK void operator delete[](void* memory) noexcept {
    std::free(memory);
}
LIGHTCONE_WEAK void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
LIGHTCONE_WEAK void operator delete[](void* memory, std::size_t) noexcept {
    std::free(memory);
}

extern "C" {

LIGHTCONE_WEAK void abort() {
    lightcone::panic("abort was called");
}

LIGHTCONE_WEAK void __assert_fail(const char* condition, const char* file, int line, const char*) {
    lightcone::detail::stop(lightcone::detail::last_path_component(file), static_cast<std::uint32_t>(line), condition);
}

// WASI: every function succeeds and does nothing, except where a caller would go wrong then.
#define LIGHTCONE_WASI(name, parameters, body)                                        \
    LIGHTCONE_WEAK std::int32_t __imported_wasi_snapshot_preview1_##name parameters { \
        body                                                                          \
    }

struct LightconeIoVector {
    const char* data;
    std::size_t size;
};

// Text for standard output and error becomes log lines.
LIGHTCONE_WASI(fd_write, (std::int32_t fd, const LightconeIoVector* pieces, std::int32_t count, std::uint32_t* written),
               {
                   std::string text;
                   for (std::int32_t i = 0; i < count; ++i) text.append(pieces[i].data, pieces[i].size);
                   *written = static_cast<std::uint32_t>(text.size());
                   while (!text.empty() && text.back() == '\n') text.pop_back();
                   lightcone::detail::write_log(fd == 2 ? lightcone::host::kWarn : lightcone::host::kInfo, "wasi",
                                                lightcone::host::kNoLine, text);
                   return 0;
               })

LIGHTCONE_WASI(fd_read, (std::int32_t, std::int32_t, std::int32_t, std::uint32_t* read), {
    *read = 0;
    return 0;
})
LIGHTCONE_WASI(fd_close, (std::int32_t), { return 0; })
LIGHTCONE_WASI(fd_seek, (std::int32_t, std::int64_t, std::int32_t, std::uint64_t* position), {
    *position = 0;
    return 0;
})
LIGHTCONE_WASI(fd_fdstat_get, (std::int32_t, std::uint8_t* status), {
    for (int i = 0; i < 24; ++i) status[i] = 0;
    status[0] = 2;  // a character device, so that standard output is not buffered for ever
    return 0;
})
LIGHTCONE_WASI(fd_prestat_get, (std::int32_t, std::int32_t), { return 8; })  // bad descriptor: no directories
LIGHTCONE_WASI(fd_prestat_dir_name, (std::int32_t, std::int32_t, std::int32_t), { return 8; })
LIGHTCONE_WASI(environ_sizes_get, (std::uint32_t* count, std::uint32_t* bytes), {
    *count = *bytes = 0;
    return 0;
})
LIGHTCONE_WASI(environ_get, (std::int32_t, std::int32_t), { return 0; })
LIGHTCONE_WASI(args_sizes_get, (std::uint32_t* count, std::uint32_t* bytes), {
    *count = *bytes = 0;
    return 0;
})
LIGHTCONE_WASI(args_get, (std::int32_t, std::int32_t), { return 0; })
// A module has no clock; a reducer has its timestamp.
LIGHTCONE_WASI(clock_time_get, (std::int32_t, std::int64_t, std::uint64_t* time), {
    *time = 0;
    return 0;
})
LIGHTCONE_WASI(clock_res_get, (std::int32_t, std::uint64_t* resolution), {
    *resolution = 1;
    return 0;
})
LIGHTCONE_WASI(random_get, (std::uint8_t* bytes, std::uint32_t count), {
    std::uint32_t state = 12345;
    for (std::uint32_t i = 0; i < count; ++i) {
        state = state * 1103515245 + 12345;
        bytes[i] = static_cast<std::uint8_t>(state >> 16);
    }
    return 0;
})
LIGHTCONE_WASI(sched_yield, (), { return 0; })
LIGHTCONE_WASI(poll_oneoff, (std::int32_t, std::int32_t, std::int32_t, std::uint32_t* events), {
    *events = 0;
    return 52;  // not supported
})

LIGHTCONE_WEAK void __imported_wasi_snapshot_preview1_proc_exit(std::int32_t code) {
    lightcone::panic("exit({}) was called", code);
}

#undef LIGHTCONE_WASI

}  // extern "C"

// libc++ reports misuse of its containers here; its own version would link printf.
LIGHTCONE_WEAK void std::__libcpp_verbose_abort(const char* format, ...) {
    lightcone::detail::stop({}, lightcone::host::kNoLine, format);
}

#undef LIGHTCONE_WEAK

#endif  // __wasm__
