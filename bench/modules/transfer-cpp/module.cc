// SPDX-License-Identifier: Apache-2.0
// Workload W1: money moves between accounts. The sum of all balances never changes.
#include <lightcone/module.h>

using namespace lightcone;

struct Account {
    uint32_t id;
    int64_t balance;
};
Table<Account, Public, PrimaryKey<&Account::id>> accounts("accounts");

// Replaces whatever is there by accounts 0 to n - 1.
void seed(ReducerContext& ctx, uint32_t n, int64_t initial_balance) {
    ctx.db[accounts].clear();
    for (uint32_t id = 0; id < n; ++id) ctx.db[accounts].insert({id, initial_balance});
}
LIGHTCONE_REDUCER(seed, n, initial_balance);

Outcome transfer(ReducerContext& ctx, uint32_t from, uint32_t to, int64_t amount) {
    if (from == to) return error("cannot transfer from an account to itself");
    if (amount <= 0) return error("amount must be positive");
    auto payer = ctx.db[accounts].find(from);
    if (!payer) return error("account {} does not exist", from);
    auto payee = ctx.db[accounts].find(to);
    if (!payee) return error("account {} does not exist", to);
    if (payer->balance < amount) return error("insufficient funds");

    payer->balance -= amount;
    payee->balance += amount;
    ctx.db[accounts].update(*payer);
    ctx.db[accounts].update(*payee);
    return ok();
}
LIGHTCONE_REDUCER(transfer, from, to, amount);
