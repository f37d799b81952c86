// SPDX-License-Identifier: Apache-2.0
// What only procedures may do. This server runs reducers only, so these answer as they do inside a reducer; a module
// that merely imports them works.
#include "module/abi/host_functions.h"

namespace lightcone::module::abi {

void volatile_nonatomic_schedule_immediate(GuestContext& guest, uint32_t name, uint32_t name_len, uint32_t args,
                                           uint32_t args_len) {
    std::string_view function;
    ByteView bytes;
    if (!guest.read_name(name, name_len, function) || !guest.read(args, args_len, bytes)) return;
    CallQueue* queue = guest.environment().call_queue;
    if (queue == nullptr || !queue->call_soon(function, bytes)) {
        guest.trap_runtime_error("VolatileNonatomicScheduleImmediate",
                                 queue == nullptr ? "this server does not schedule immediate calls"
                                                  : "the queue of immediate calls is full");
    }
}

int64_t procedure_sleep_until(GuestContext& guest, int64_t) {
    return guest.trap("procedure_sleep_until is only available in async instances");
}

int32_t procedure_start_mut_tx(GuestContext& guest, uint32_t out) {
    if (!guest.non_null(out)) return 0;
    if (guest.transaction != nullptr) return to_guest(Errno::WouldBlockTransaction);
    return guest.trap_runtime_error("ProcedureStartMutTx", "no transaction can be opened while a module initialises");
}

int32_t procedure_commit_mut_tx(GuestContext&) {
    return to_guest(Errno::TransactionNotAnonymous);
}

int32_t procedure_abort_mut_tx(GuestContext&) {
    return to_guest(Errno::TransactionNotAnonymous);
}

int32_t procedure_http_request(GuestContext& guest, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t) {
    return guest.trap("procedure_http_request is only available in async instances");
}

}  // namespace lightcone::module::abi
