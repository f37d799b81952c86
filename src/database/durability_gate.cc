// SPDX-License-Identifier: Apache-2.0
#include "database/durability_gate.h"

namespace lightcone::database {

void DurabilityGate::attach(std::function<uint64_t()> durable_count, std::function<void(const Error&)> on_failed) {
    durable_count_ = std::move(durable_count);
    on_failed_ = std::move(on_failed);
}

void DurabilityGate::flush_or_wait(const ClientPortPtr& port) {
    uint64_t seen = durable_count_();
    if (!port->flush(seen)) return;
    {
        std::lock_guard lock(mutex_);
        if (!port->waiting_) {
            port->waiting_ = true;
            ports_.push_back(port);
        }
    }
    // A sync that ended between the flush and the registration did not know this port.
    uint64_t now = durable_count_();
    if (now != seen) port->flush(now);
}

void DurabilityGate::when_durable(uint64_t count, std::function<void(const Error*)> done) {
    {
        std::lock_guard lock(mutex_);
        if (!failure_ && durable_count_() < count) {
            callbacks_.push_back({count, std::move(done)});
            return;
        }
    }
    done(durable_count_() >= count ? nullptr : &*failure_);
}

void DurabilityGate::on_durable(uint64_t durable_count) {
    std::vector<ClientPortPtr> ports;
    std::vector<Callback> due;
    {
        std::lock_guard lock(mutex_);
        ports.swap(ports_);
        for (const ClientPortPtr& port : ports) port->waiting_ = false;
        auto is_due = [&](const Callback& callback) { return callback.count <= durable_count; };
        for (Callback& callback : callbacks_) {
            if (is_due(callback)) due.push_back(callback);
        }
        std::erase_if(callbacks_, is_due);
    }
    for (const ClientPortPtr& port : ports) flush_or_wait(port);
    for (Callback& callback : due) callback.done(nullptr);
}

void DurabilityGate::on_failure(const Error& error) {
    std::vector<Callback> due;
    {
        std::lock_guard lock(mutex_);
        failure_ = error;
        due.swap(callbacks_);
        ports_.clear();
    }
    on_failed_(error);
    for (Callback& callback : due) callback.done(&error);
}

}  // namespace lightcone::database
