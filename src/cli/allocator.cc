// SPDX-License-Identifier: Apache-2.0
// The global allocator of the lightcone binary: mimalloc, out of the static library that also holds the WASM engine.
// Not linked into tests or sanitizer builds.
#include <cstddef>
#include <new>

extern "C" {
void* mi_malloc(size_t size);
void* mi_malloc_aligned(size_t size, size_t alignment);
void mi_free(void* block);
}

namespace {

void* allocate(size_t size) {
    void* block = mi_malloc(size);
    if (block == nullptr) throw std::bad_alloc();
    return block;
}

void* allocate(size_t size, std::align_val_t alignment) {
    void* block = mi_malloc_aligned(size, static_cast<size_t>(alignment));
    if (block == nullptr) throw std::bad_alloc();
    return block;
}

}  // namespace

void* operator new(size_t size) {
    return allocate(size);
}
void* operator new[](size_t size) {
    return allocate(size);
}
void* operator new(size_t size, std::align_val_t alignment) {
    return allocate(size, alignment);
}
void* operator new[](size_t size, std::align_val_t alignment) {
    return allocate(size, alignment);
}
void* operator new(size_t size, const std::nothrow_t&) noexcept {
    return mi_malloc(size);
}
void* operator new[](size_t size, const std::nothrow_t&) noexcept {
    return mi_malloc(size);
}
void operator delete(void* block) noexcept {
    mi_free(block);
}
void operator delete[](void* block) noexcept {
    mi_free(block);
}
void operator delete(void* block, size_t) noexcept {
    mi_free(block);
}
void operator delete[](void* block, size_t) noexcept {
    mi_free(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
    mi_free(block);
}
void operator delete[](void* block, std::align_val_t) noexcept {
    mi_free(block);
}
void operator delete(void* block, size_t, std::align_val_t) noexcept {
    mi_free(block);
}
void operator delete[](void* block, size_t, std::align_val_t) noexcept {
    mi_free(block);
}
