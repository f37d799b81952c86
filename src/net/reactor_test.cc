// SPDX-License-Identifier: Apache-2.0
// Poll sets, threads and timers.
#include "net/reactor.h"

#include <sys/eventfd.h>

#include "net/poll_set.h"
#include "net/websocket_fixture.h"
#include "net/worker.h"

namespace lightcone::net {
namespace {

TEST_F(WebSocketTest, a_stuck_callback_delays_only_its_own_connection) {
    start(quiet(), {.threads = 1, .spare_threads_max = 2, .stuck_after_ms = 2});
    auto stuck = open();
    std::shared_ptr<EchoHandler> stuck_echo = routes_.echo();
    auto other = open();
    uint64_t before = reactor_->handover_count();
    stuck->send(frame(0x81, "sleep"));
    EXPECT_TRUE(eventually([&] { return stuck_echo->received == 1; }));
    for (int i = 0; i < 50; i++) {
        other->send(frame(0x82, "hi"));
        ASSERT_EQ(other->read_exactly(4), "\x82\x02hi");
    }
    EXPECT_TRUE(stuck_echo->inside) << "the others were served while the callback slept";
    EXPECT_GT(reactor_->handover_count(), before);
    // What came for the stuck connection meanwhile waits for it, and is not lost.
    stuck->send(frame(0x82, "next"));
    EXPECT_EQ(stuck->read_exactly(13), "\x81\x05sleep\x82\x04next");
    for (int i = 0; i < 20; i++) {
        stuck->send(frame(0x81, "a"));
        ASSERT_EQ(stuck->read_exactly(3),
                  "\x81\x01"
                  "a");
    }
}

TEST_F(WebSocketTest, more_stuck_callbacks_than_spare_threads) {
    start(quiet(), {.threads = 1, .spare_threads_max = 1, .stuck_after_ms = 2});
    std::vector<std::unique_ptr<RawPeer>> peers;
    for (int i = 0; i < 4; i++) peers.push_back(open());
    for (auto& peer : peers) peer->send(frame(0x81, "sleep"));
    for (auto& peer : peers) EXPECT_EQ(peer->read_exactly(7), "\x81\x05sleep");
}

TEST(Reactor, posted_functions_and_timers_run) {
    auto reactor = std::move(*Reactor::start({.threads = 2}));
    std::atomic<int> ran{0};
    for (int i = 0; i < 1000; i++) EXPECT_TRUE(reactor->post(static_cast<size_t>(i % 2), [&] { ran++; }));
    auto begin = std::chrono::steady_clock::now();
    std::atomic<int64_t> waited_ms{-1};
    reactor->post_after(0, 50, [&] {
        waited_ms = std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begin).count();
    });
    reactor->post_after(0, 3'600'000, [&] { ran = -1; });
    for (int i = 0; i < 2000 && (ran < 1000 || waited_ms < 0); i++) std::this_thread::sleep_for(milliseconds(5));
    EXPECT_EQ(ran, 1000);
    EXPECT_GE(waited_ms, 50);
    reactor->stop();
    EXPECT_FALSE(reactor->post(0, [] {}));
    EXPECT_FALSE(reactor->post_after(0, 1, [] {}));
}

TEST(Reactor, the_queue_of_functions_is_bounded) {
    auto reactor = std::move(*Reactor::start({.threads = 1, .spare_threads_max = 0}));
    std::atomic<bool> entered{false};
    std::atomic<bool> release{false};
    reactor->post(0, [&] {
        entered = true;
        while (!release) std::this_thread::yield();
    });
    while (!entered) std::this_thread::yield();
    std::atomic<size_t> ran{0};
    for (size_t i = 0; i < kPostedFunctionsMax; i++) ASSERT_TRUE(reactor->post(0, [&] { ran++; })) << i;
    EXPECT_FALSE(reactor->post(0, [&] { ran++; }));
    release = true;
    for (int i = 0; i < 2000 && ran < kPostedFunctionsMax; i++) std::this_thread::sleep_for(milliseconds(5));
    EXPECT_EQ(ran, kPostedFunctionsMax);
    EXPECT_TRUE(reactor->post(0, [] {}));
}

// Has itself run again and again, as a connection does whose every read is a full one.
class GreedySource final : public EventSource {
  public:
    explicit GreedySource(PollSet& set) : set_(set) {}
    void run(uint32_t, Worker&) override {
        runs++;
        if (!stop) set_.enqueue(shared_from_this(), 0);
    }
    std::atomic<uint64_t> runs{0};
    std::atomic<bool> stop{false};

  private:
    PollSet& set_;
};

class CountingSource final : public EventSource {
  public:
    void run(uint32_t, Worker&) override { runs++; }
    std::atomic<uint64_t> runs{0};
};

TEST(PollSet, a_source_that_queues_itself_again_does_not_starve_descriptors) {
    SystemClock clock;
    auto set = std::move(*PollSet::create(clock));
    FileDescriptor event(::eventfd(0, EFD_NONBLOCK));
    auto counting = std::make_shared<CountingSource>();
    auto greedy = std::make_shared<GreedySource>(*set);
    ASSERT_TRUE(set->watch(event.get(), EPOLLIN | EPOLLET, *counting));
    set->enqueue(greedy, 0);
    std::thread thread([&] {
        Worker worker;
        EXPECT_TRUE(set->run(worker));
    });
    for (uint64_t i = 0; i < 20; i++) {
        uint64_t before = counting->runs;
        uint64_t one = 1;
        ASSERT_EQ(::write(event.get(), &one, sizeof one), static_cast<ssize_t>(sizeof one));
        for (int wait = 0; wait < 1000 && counting->runs == before; wait++)
            std::this_thread::sleep_for(milliseconds(1));
        ASSERT_GT(counting->runs, before);
    }
    EXPECT_GT(greedy->runs, 0u);
    greedy->stop = true;
    set->stop();
    thread.join();
}

TEST(Reactor, the_end_of_a_round_is_told) {
    std::atomic<int> rounds{0};
    auto reactor = std::move(*Reactor::start({.threads = 1, .round_ended = [&] { rounds++; }}));
    std::atomic<int> seen{-1};
    reactor->post(0, [&] { seen = rounds.load(); });
    for (int i = 0; i < 2000 && (seen < 0 || rounds <= seen); i++) std::this_thread::sleep_for(milliseconds(1));
    EXPECT_GT(rounds, seen);
    reactor->stop();
}

}  // namespace
}  // namespace lightcone::net
