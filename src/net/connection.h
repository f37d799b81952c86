// SPDX-License-Identifier: Apache-2.0
// One accepted connection: reads for a protocol (HTTP first, WebSocket after an upgrade), queues what it sends, keeps
// its deadlines, ends once.
//
// Work on a connection is ordered by a run word, not by a thread: whoever brings reasons while another thread runs it
// leaves them in the word, and the runner picks them up. So a poll set can change threads in the middle of a callback.
// Sending does not need the run word: the output side has its own lock.
#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "net/byte_stream.h"
#include "net/gather_buffer.h"
#include "net/input_buffer.h"
#include "net/poll_set.h"

namespace lightcone::net {

class Connection;

enum class EndReason : uint8_t {
    PeerClosed,    // end of stream
    Failed,        // the system reported an error
    Finished,      // everything was sent and the peer closed too, or its time to do so was over
    Timeout,       // a deadline passed
    SlowConsumer,  // the output queue was full
    Cut,           // cut() was called
};

// What a connection does with its bytes. Called by the thread that runs the connection, one call at a time.
class Protocol {
  public:
    struct Taken {
        size_t consumed = 0;
        size_t wanted =
            0;  // bytes that must be there, from the first not consumed, before another call makes sense; or 0
    };
    virtual ~Protocol() = default;
    // The bytes not consumed yet; may be changed in place. Called again as long as something is consumed and left.
    virtual Taken on_data(std::span<uint8_t> data, Worker& worker) = 0;
    // False: leave what comes in the socket.
    virtual bool wants_data() const = 0;
    // Connection::signal() was called.
    virtual void on_signal(Worker& worker) = 0;
    // The peer sends no more (what it sent before may still be unread). True: end the connection.
    virtual bool on_peer_closed() = 0;
    // The time set by set_deadline() has come.
    virtual void on_deadline(uint64_t now_ms) = 0;
    // Last call.
    virtual void on_ended(EndReason reason) = 0;
};

// Told when a connection is over, on the thread that ended it.
class ConnectionOwner {
  public:
    virtual ~ConnectionOwner() = default;
    virtual void connection_ended(Connection& connection) = 0;
};

struct OutputLimits {
    size_t bytes_max;
    uint32_t messages_max;
    uint32_t write_stall_ms;  // 0: none
};

class Connection final : public EventSource {
  public:
    Connection(PollSet& poll_set, ConnectionOwner& owner, std::unique_ptr<ByteStream> stream, std::string peer,
               OutputLimits limits);

    // Once, before the descriptor is watched.
    void set_first_protocol(std::shared_ptr<Protocol> protocol) { protocol_ = std::move(protocol); }
    void run(uint32_t reasons, Worker& worker) override;

    // Any thread.

    // Writes at once what the socket takes and queues the rest; `data` is empty afterwards. False: the connection has
    // ended or is finishing, or the limits of the queue were passed and it is cut.
    bool send(GatherBuffer& data, uint32_t messages);
    // The same, and nothing can be sent after it. False also if another call came first.
    bool send_last(GatherBuffer& data);
    // When everything queued is sent, says so to the peer, then waits `linger_ms` for it to close.
    void finish(uint32_t linger_ms);
    void cut(EndReason reason);
    // Has the protocol's on_signal() called.
    void signal();
    size_t queued_bytes() const { return queued_bytes_.load(std::memory_order_relaxed); }
    const std::string& peer() const { return peer_; }
    PollSet& poll_set() { return poll_set_; }

    // From the protocol's callbacks only.

    // Monotonic milliseconds (PollSet::monotonic_ms()); 0: none.
    void set_deadline(uint64_t at_ms) { deadline_ms_ = at_ms; }
    void replace_protocol(std::shared_ptr<Protocol> protocol, uint32_t write_stall_ms);

  private:
    static constexpr uint32_t kQueued = 1u << 22;
    static constexpr uint32_t kRunning = 1u << 23;
    struct Outgoing {
        GatherBuffer data;
        uint32_t messages;
    };

    void request_run(uint32_t reasons);
    void process(uint32_t reasons, Worker& worker);
    void handle_input(bool signalled, Worker& worker);
    void read_once(Worker& worker);
    void feed(Worker& worker);
    void check_time();
    void update_timer();
    void end(EndReason reason);
    bool enqueue_or_write(GatherBuffer& data, uint32_t messages);
    void drain();
    bool write_some(GatherBuffer& data);

    PollSet& poll_set_;
    ConnectionOwner& owner_;
    const std::string peer_;
    std::unique_ptr<ByteStream> stream_;
    std::atomic<uint32_t> run_word_{0};
    std::atomic<bool> ended_{false};  // set by the running thread; nothing touches the poll set afterwards
    std::atomic<int> cut_reason_{-1};
    std::atomic<uint32_t> finish_linger_ms_{0};  // not 0: finish() was called

    // Of the running thread.
    std::shared_ptr<Protocol> protocol_;
    InputBuffer input_;
    bool readable_ = false;    // the stream was not read to its end; edge-triggered, so nobody says it again
    bool read_again_ = false;  // another run is due for it
    bool peer_closed_ = false;
    bool lingering_ = false;
    uint64_t deadline_ms_ = 0;
    uint64_t linger_until_ms_ = 0;
    uint64_t armed_for_ms_ = 0;

    std::mutex output_mutex_;
    OutputLimits limits_;
    std::deque<Outgoing> queue_;
    uint32_t queued_messages_ = 0;
    bool sealed_ = false;         // no further send()
    bool output_closed_ = false;  // the stream must not be touched for writing
    bool write_shut_ = false;
    std::atomic<size_t> queued_bytes_{0};
    std::atomic<uint64_t> last_progress_ms_{0};
};

}  // namespace lightcone::net
