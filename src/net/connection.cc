// SPDX-License-Identifier: Apache-2.0
#include "net/connection.h"

#include "net/worker.h"

namespace lightcone::net {

namespace {
constexpr size_t kPiecesPerWrite = 64;
}

Connection::Connection(PollSet& poll_set, ConnectionOwner& owner, std::unique_ptr<ByteStream> stream, std::string peer,
                       OutputLimits limits)
    : poll_set_(poll_set), owner_(owner), peer_(std::move(peer)), stream_(std::move(stream)), limits_(limits) {}

void Connection::run(uint32_t reasons, Worker& worker) {
    if ((run_word_.fetch_or(reasons | kRunning, std::memory_order_acq_rel) & kRunning) != 0) return;
    while (true) {
        uint32_t todo = run_word_.exchange(kRunning, std::memory_order_acq_rel);
        process(todo & ~(kRunning | kQueued), worker);
        bool again = read_again_;
        uint32_t idle = kRunning;
        if (!run_word_.compare_exchange_strong(idle, 0, std::memory_order_acq_rel)) continue;
        // Back of the line, so that one busy connection does not starve the others.
        if (again) request_run(kReadable);
        return;
    }
}

void Connection::request_run(uint32_t reasons) {
    if (ended_) return;
    uint32_t before = run_word_.fetch_or(reasons | kQueued, std::memory_order_acq_rel);
    if ((before & (kRunning | kQueued)) == 0) poll_set_.enqueue(shared_from_this(), 0);
}

void Connection::signal() {
    request_run(kSignal);
}

void Connection::process(uint32_t reasons, Worker& worker) {
    read_again_ = false;
    if (ended_) return;
    int cut_reason = cut_reason_.load(std::memory_order_acquire);
    if (cut_reason >= 0) return end(static_cast<EndReason>(cut_reason));
    if ((reasons & kHangUp) != 0 && (reasons & EPOLLERR) != 0) return end(EndReason::Failed);
    if ((reasons & kWritable) != 0) drain();
    if ((reasons & (kPeerClosed | kHangUp)) != 0) peer_closed_ = readable_ = true;
    if ((reasons & kReadable) != 0) readable_ = true;
    if ((reasons & kSignal) != 0) protocol_->on_signal(worker);
    if ((reasons & kTimer) != 0) check_time();
    if (!ended_) handle_input((reasons & kSignal) != 0, worker);
    if (!ended_) update_timer();
}

void Connection::handle_input(bool signalled, Worker& worker) {
    uint32_t linger_ms = finish_linger_ms_.load(std::memory_order_acquire);
    if (linger_ms != 0 && !lingering_) {
        lingering_ = true;
        linger_until_ms_ = poll_set_.monotonic_ms() + linger_ms;
        input_.discard();
    }
    // What was left over may be wanted again after a signal.
    if (signalled && !input_.empty() && !lingering_ && protocol_->wants_data()) feed(worker);
    if (!ended_ && readable_ && (lingering_ || protocol_->wants_data())) read_once(worker);
    // A peer that is gone is noticed even while its bytes are left unread.
    if (!ended_ && peer_closed_ && readable_ && !lingering_ && !protocol_->wants_data() &&
        protocol_->on_peer_closed()) {
        end(EndReason::PeerClosed);
    }
}

void Connection::read_once(Worker& worker) {
    std::span<uint8_t> scratch(worker.scratch.get(), kReadBytes);
    std::span<uint8_t> space = lingering_ ? scratch : input_.space(scratch);
    IoResult result = stream_->read(space);
    switch (result.status) {
        case IoStatus::WouldBlock:
            readable_ = false;
            input_.settle();
            return;
        case IoStatus::Failed: return end(EndReason::Failed);
        case IoStatus::Ended:
            readable_ = false;
            peer_closed_ = true;
            input_.settle();
            if (lingering_) return end(EndReason::Finished);
            if (protocol_->on_peer_closed()) end(EndReason::PeerClosed);
            return;
        case IoStatus::Ok: break;
    }
    // A full read may have left more behind, and so may one that had the end of the stream reported with it.
    readable_ = read_again_ = result.bytes == space.size() || peer_closed_;
    if (lingering_) return;
    input_.filled(result.bytes);
    feed(worker);
}

void Connection::feed(Worker& worker) {
    while (!ended_ && !input_.empty() && protocol_->wants_data()) {
        if (finish_linger_ms_.load(std::memory_order_acquire) != 0) break;
        if (input_.data().size() < input_.wanted()) break;
        Protocol* before = protocol_.get();
        Protocol::Taken taken = protocol_->on_data(input_.data(), worker);
        input_.consume(taken.consumed);
        input_.set_wanted(taken.wanted);
        if (cut_reason_.load(std::memory_order_acquire) >= 0) break;  // ended by process(), which was signalled
        if (taken.consumed == 0 && protocol_.get() == before) break;
    }
    input_.settle();
}

void Connection::check_time() {
    armed_for_ms_ = 0;
    uint64_t now = poll_set_.monotonic_ms();
    if (queued_bytes() > 0 && limits_.write_stall_ms != 0 &&
        now >= last_progress_ms_.load(std::memory_order_relaxed) + limits_.write_stall_ms) {
        return end(EndReason::Timeout);
    }
    if (lingering_) {
        if (now >= linger_until_ms_ && (queued_bytes() == 0 || limits_.write_stall_ms == 0)) end(EndReason::Finished);
        return;
    }
    if (deadline_ms_ != 0 && now >= deadline_ms_) {
        deadline_ms_ = 0;
        protocol_->on_deadline(now);
    }
}

void Connection::update_timer() {
    uint64_t at = lingering_ ? linger_until_ms_ : deadline_ms_;
    if (limits_.write_stall_ms != 0 && queued_bytes() > 0) {
        uint64_t stall = last_progress_ms_.load(std::memory_order_relaxed) + limits_.write_stall_ms;
        at = lingering_ || at == 0 ? stall : std::min(at, stall);
    }
    // An earlier timer than needed is left alone: it finds nothing due and comes back here.
    if (at == 0 || (armed_for_ms_ != 0 && armed_for_ms_ <= at)) return;
    armed_for_ms_ = at;
    poll_set_.arm(*this, at);
}

void Connection::replace_protocol(std::shared_ptr<Protocol> protocol, uint32_t write_stall_ms) {
    protocol_ = std::move(protocol);
    std::lock_guard lock(output_mutex_);
    limits_.write_stall_ms = write_stall_ms;
}

void Connection::end(EndReason reason) {
    if (ended_) return;
    ended_ = true;
    {
        std::lock_guard lock(output_mutex_);
        sealed_ = output_closed_ = true;
        bool abort = !queue_.empty();
        queue_.clear();
        queued_bytes_.store(0, std::memory_order_relaxed);
        stream_->close(abort);
    }
    input_.discard();
    std::shared_ptr<Protocol> protocol = std::move(protocol_);
    protocol->on_ended(reason);
    owner_.connection_ended(*this);
    poll_set_.retire(shared_from_this());
}

bool Connection::send(GatherBuffer& data, uint32_t messages) {
    std::lock_guard lock(output_mutex_);
    bool sent = !sealed_ && enqueue_or_write(data, messages);
    data.clear();
    return sent;
}

bool Connection::send_last(GatherBuffer& data) {
    std::lock_guard lock(output_mutex_);
    bool sent = !sealed_ && enqueue_or_write(data, 0);
    sealed_ = true;
    data.clear();
    return sent;
}

// output_mutex_ is held.
bool Connection::enqueue_or_write(GatherBuffer& data, uint32_t messages) {
    if (queue_.empty()) {
        if (!write_some(data)) {
            sealed_ = true;
            return false;
        }
        if (data.empty()) return true;
        last_progress_ms_.store(poll_set_.monotonic_ms(), std::memory_order_relaxed);
        if (limits_.write_stall_ms != 0) request_run(kSignal);  // to arm the timer
    } else if (queued_bytes() + data.remaining() > limits_.bytes_max ||
               queued_messages_ + messages > limits_.messages_max) {
        sealed_ = true;
        int none = -1;
        cut_reason_.compare_exchange_strong(none, static_cast<int>(EndReason::SlowConsumer));
        request_run(kSignal);
        return false;
    }
    queued_bytes_.fetch_add(data.remaining(), std::memory_order_relaxed);
    queued_messages_ += messages;
    queue_.push_back({std::move(data), messages});
    return true;
}

// output_mutex_ is held. False: the stream is broken, which the poll set reports too.
bool Connection::write_some(GatherBuffer& data) {
    iovec pieces[kPiecesPerWrite];
    while (!data.empty()) {
        size_t count = data.gather(pieces);
        IoResult result = stream_->write({pieces, count});
        if (result.status == IoStatus::WouldBlock) return true;
        if (result.status != IoStatus::Ok) {
            int none = -1;
            cut_reason_.compare_exchange_strong(none, static_cast<int>(EndReason::Failed));
            request_run(kSignal);
            return false;
        }
        data.consume(result.bytes);
    }
    return true;
}

void Connection::drain() {
    std::lock_guard lock(output_mutex_);
    if (output_closed_) return;
    while (!queue_.empty()) {
        Outgoing& front = queue_.front();
        size_t before = front.data.remaining();
        bool healthy = write_some(front.data);
        size_t written = before - front.data.remaining();
        queued_bytes_.fetch_sub(written, std::memory_order_relaxed);
        if (written > 0) last_progress_ms_.store(poll_set_.monotonic_ms(), std::memory_order_relaxed);
        if (!healthy || !front.data.empty()) return;
        queued_messages_ -= front.messages;
        queue_.pop_front();
    }
    if (finish_linger_ms_.load(std::memory_order_relaxed) != 0 && !write_shut_) {
        write_shut_ = true;
        stream_->shutdown_write();
    }
}

void Connection::finish(uint32_t linger_ms) {
    {
        std::lock_guard lock(output_mutex_);
        sealed_ = true;
        finish_linger_ms_.store(std::max(linger_ms, 1u), std::memory_order_release);
        if (queue_.empty() && !output_closed_ && !write_shut_) {
            write_shut_ = true;
            stream_->shutdown_write();
        }
    }
    request_run(kSignal);
}

void Connection::cut(EndReason reason) {
    int none = -1;
    cut_reason_.compare_exchange_strong(none, static_cast<int>(reason));
    {
        std::lock_guard lock(output_mutex_);
        sealed_ = true;
    }
    request_run(kSignal);
}

}  // namespace lightcone::net
