// SPDX-License-Identifier: Apache-2.0
// A transaction that only finds and updates allocates nothing once buffers have grown. Not under sanitizers: they have
// their own operator new.
#include <gtest/gtest.h>

#ifndef LIGHTCONE_SANITIZED

#include <cstdlib>
#include <new>

#include "txn/test_store.h"

namespace {
uint64_t allocation_count = 0;
}  // namespace

void* operator new(size_t bytes) {
    ++allocation_count;
    void* memory = std::malloc(bytes);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, size_t) noexcept {
    std::free(memory);
}

namespace lightcone::txn {
namespace {

using namespace testing;

TEST(Allocations, none_in_steady_state) {
    auto store = std::move(*Datastore::create());
    Transaction& first = store->begin();
    TableId accounts = *first.create_table(accounts_table());
    IndexId by_id = *store->find_index("accounts_id_idx_btree");
    schema::TableSchema texts_schema =
        make_table("texts", {{"id", type(TypeKind::U32)}, {"text", type(TypeKind::String)}});
    add_index(texts_schema, {0}, true);
    TableId texts = *first.create_table(texts_schema);
    IndexId by_text_id = *store->find_index("texts_id_idx_btree");
    Bytes generated;
    for (uint32_t i = 0; i < 5000; ++i) {
        first.insert(accounts, row_of(i, int64_t{7}), generated);
        first.insert(texts, row_of(i, "text"), generated);
    }
    store->commit({});
    RowBuffer found;
    Bytes account(12);
    Bytes long_text = row_of(0u, std::string(30, 'l'));
    Bytes short_text = row_of(0u, std::string(7, 's'));
    auto transact = [&](uint32_t i) {
        Transaction& tx = store->begin();
        uint32_t id = (i * 37) % 5000;
        store_le(account.data(), id);
        store_le(account.data() + 4, static_cast<int64_t>(i));
        found.clear();
        ASSERT_EQ(tx.index_point(by_id, ByteView(account).first(4), found), TxStatus::Ok);
        ASSERT_EQ(tx.update(accounts, by_id, account, generated), TxStatus::Ok);
        ASSERT_EQ(tx.update(texts, by_text_id, i % 2 == 0 ? long_text : short_text, generated), TxStatus::Ok);
        store_le(account.data(), 5000 + i % 50);
        ASSERT_EQ(tx.insert(accounts, account, generated), TxStatus::Ok);
        uint32_t count = 0;
        if (i % 50 == 49) {
            for (uint32_t k = 0; k < 50; ++k) {
                store_le(account.data(), 5000 + k);
                ASSERT_EQ(tx.delete_point(by_id, ByteView(account).first(4), count), TxStatus::Ok);
            }
        }
        if (i % 7 == 6) {
            store->rollback();
            Transaction& again = store->begin();
            for (uint32_t k = 0; k < 50; ++k) {
                store_le(account.data(), 5000 + k);
                ASSERT_EQ(again.delete_point(by_id, ByteView(account).first(4), count), TxStatus::Ok);
            }
        }
        store->commit({});
    };
    for (uint32_t i = 0; i < 500; ++i) transact(i);
    uint64_t before = allocation_count;
    for (uint32_t i = 500; i < 5000; ++i) transact(i);
    EXPECT_EQ(allocation_count, before);
}

}  // namespace
}  // namespace lightcone::txn

#endif  // LIGHTCONE_SANITIZED
