// SPDX-License-Identifier: Apache-2.0
// Answers to the current request of an HTTP session, from any thread.
#pragma once

#include <atomic>

#include "net/http_session.h"

namespace lightcone::net {

class SessionResponder final : public HttpResponder {
  public:
    SessionResponder(std::shared_ptr<HttpSession> session, ResponseContext context, bool upgradable)
        : session_(std::move(session)), context_(context), upgradable_(upgradable) {}
    ~SessionResponder() override;

    void respond(HttpResponse response) override;
    std::unique_ptr<HttpBodyWriter> stream(HttpResponse head) override;
    void upgrade(WsAccept accept) override;

  private:
    std::shared_ptr<HttpSession> session_;
    ResponseContext context_;
    const bool upgradable_;
    std::atomic<bool> used_{false};
};

}  // namespace lightcone::net
