// SPDX-License-Identifier: Apache-2.0
// Lightcone modules in C++: include this one header.
//
//     #include <lightcone/module.h>
//     using namespace lightcone;
//
//     struct Account {
//         uint32_t id;
//         int64_t balance;
//     };
//     Table<Account, Public, PrimaryKey<&Account::id>> accounts("accounts");
//
//     Outcome deposit(ReducerContext& ctx, uint32_t id, int64_t amount) {
//         auto account = ctx.db[accounts].find(id);
//         if (!account) return error("no account {}", id);
//         account->balance += amount;
//         ctx.db[accounts].update(*account);
//         return ok();
//     }
//     LIGHTCONE_REDUCER(deposit, id, amount);
//
// Compile with clang 19 and the flags in sdk/cpp-module/compile_flags.txt (sdk/cpp-module/build.sh does it).
#pragma once

#include "codec_named.h"
#include "context.h"
#include "definition.h"
#include "entry.h"
#include "handle.h"
#include "log.h"
#include "options.h"
#include "range.h"
#include "reducer.h"
#include "result.h"
#include "rows.h"
#include "runtime.h"
#include "table.h"
#include "text.h"
#include "types.h"
