// SPDX-License-Identifier: Apache-2.0
#include "database/durability_gate.h"

#include <gtest/gtest.h>

namespace lightcone::database {

namespace {

// Wants `needed` durable records before it has nothing left to send.
class FakePort final : public ClientPort {
  public:
    explicit FakePort(uint64_t needed) : ClientPort({}, {}), needed_(needed) {}
    void connected(uint64_t) override {}
    void reducer_result(const ReducerReply&, uint64_t) override {}
    void transaction_update(const subscription::ClientChange&, uint64_t) override {}
    void subscribe_applied(uint32_t, uint32_t, std::span<const subscription::TableRows>, uint64_t) override {}
    void unsubscribe_applied(uint32_t, uint32_t, const std::vector<subscription::TableRows>*, uint64_t) override {}
    void subscription_error(std::optional<uint32_t>, uint32_t, std::string_view) override {}
    void procedure_error(uint32_t, std::string_view) override {}
    void one_off_result(uint32_t, const subscription::TableRows&, uint64_t) override {}
    void one_off_error(uint32_t, std::string_view) override {}
    void seal() override {}
    bool flush(uint64_t durable_count) override {
        flushed.push_back(durable_count);
        return durable_count < needed_;
    }
    void close(CloseReason) override {}

    std::vector<uint64_t> flushed;

  private:
    uint64_t needed_;
};

class DurabilityGateTest : public testing::Test {
  protected:
    void SetUp() override {
        gate_.attach([this] { return durable_; }, [this](const Error& error) { failure_ = error.message; });
    }
    void make_durable(uint64_t count) {
        durable_ = count;
        gate_.on_durable(count);
    }

    uint64_t durable_ = 0;
    std::string failure_;
    DurabilityGate gate_;
};

}  // namespace

TEST_F(DurabilityGateTest, a_waiting_port_is_flushed_at_every_step_until_it_is_done) {
    auto port = std::make_shared<FakePort>(3);
    gate_.flush_or_wait(port);
    gate_.flush_or_wait(port);  // registered once
    make_durable(2);
    make_durable(3);
    make_durable(4);
    EXPECT_EQ(port->flushed, (std::vector<uint64_t>{0, 0, 2, 3}));
}

TEST_F(DurabilityGateTest, a_port_without_waiting_messages_is_not_kept) {
    auto port = std::make_shared<FakePort>(0);
    gate_.flush_or_wait(port);
    make_durable(1);
    EXPECT_EQ(port->flushed, std::vector<uint64_t>{0});
    EXPECT_EQ(port.use_count(), 1);
}

TEST_F(DurabilityGateTest, callbacks_run_at_their_count_and_at_once_when_it_is_reached) {
    std::vector<int> done;
    gate_.when_durable(2, [&](const Error* error) { done.push_back(error == nullptr ? 2 : -2); });
    gate_.when_durable(1, [&](const Error* error) { done.push_back(error == nullptr ? 1 : -1); });
    EXPECT_TRUE(done.empty());
    make_durable(1);
    EXPECT_EQ(done, std::vector<int>{1});
    make_durable(5);
    gate_.when_durable(5, [&](const Error* error) { done.push_back(error == nullptr ? 5 : -5); });
    EXPECT_EQ(done, (std::vector<int>{1, 2, 5}));
}

TEST_F(DurabilityGateTest, after_a_failure_nothing_is_acknowledged_any_more) {
    std::string told;
    gate_.when_durable(2, [&](const Error* error) { told = error->message; });
    gate_.on_failure({ErrorCode::Io, "disk gone"});
    EXPECT_EQ(told, "disk gone");
    EXPECT_EQ(failure_, "disk gone");
    told.clear();
    gate_.when_durable(9, [&](const Error* error) { told = error->message; });
    EXPECT_EQ(told, "disk gone");
    gate_.when_durable(0, [&](const Error* error) { EXPECT_EQ(error, nullptr) << "durable before the failure"; });
}

}  // namespace lightcone::database
