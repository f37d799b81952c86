// SPDX-License-Identifier: Apache-2.0
#include "server/server.h"

#include "api/http_api.h"
#include "api/settler.h"
#include "auth/key_pair.h"
#include "base/log.h"
#include "base/random.h"
#include "database/directory_lock.h"
#include "module/program.h"
#include "net/http_server.h"
#include "server/databases.h"

namespace lightcone::server {

namespace {

// Publishing is rare and compiles on all cores by itself.
constexpr size_t kWorkerThreads = 2;
// Fewer module instances than these make no server; each database holds at least one.
constexpr uint32_t kInstancesMin = 16;

class RunningServer final : public Server {
  public:
    explicit RunningServer(ServerOptions options) : options_(std::move(options)), worker_(kWorkerThreads) {}
    ~RunningServer() override { stop(); }

    Result<void> start() {
        if (!options_.data_directory.empty()) {
            TRY_VOID(disk_.create_directories(options_.data_directory));
            lock_ = TRY(database::DirectoryLock::take(options_.data_directory + "/lightcone.pid"));
        }
        tokens_ = std::make_unique<auth::TokenAuthority>(TRY(load_keys()), random_, clock_);
        host_ = TRY(create_host());
        databases_ = TRY(Databases::open({.surroundings = {.disk = &disk_, .clock = &clock_, .host = host_.get()},
                                          .tokens = tokens_.get(),
                                          .worker = &worker_,
                                          .directory = options_.data_directory}));
        api_ = std::make_unique<api::HttpApi>(api::HttpApi::Surroundings{.directory = databases_.get(),
                                                                         .tokens = tokens_.get(),
                                                                         .clock = &clock_,
                                                                         .random = &random_,
                                                                         .settler = &settler_});
        reactor_ = TRY(
            net::Reactor::start({.threads = options_.io_threads, .round_ended = [this] { settler_.round_ended(); }}));
        http_ =
            TRY(net::HttpServer::start(*reactor_, *api_, {.address = options_.listen_address, .port = options_.port}));
        return {};
    }

    uint16_t port() const override { return http_->port(); }
    size_t database_count() const override { return databases_->count(); }

    void stop() override {
        if (stopped_) return;
        stopped_ = true;
        if (http_ != nullptr) http_->stop();
        worker_.stop();
        settler_.round_ended();
        if (databases_ != nullptr) databases_->stop();
        if (reactor_ != nullptr) reactor_->stop();
    }

  private:
    // With fewer instances where the system has less address space to give (containers, thread sanitizer).
    Result<std::unique_ptr<module::Host>> create_host() const {
        module::Host::Options options{
            .reducer_budget_ms = options_.reducer_budget_ms,
            .instance_memory_bytes = options_.instance_memory_bytes,
            .code_cache_directory = options_.data_directory.empty() ? "" : options_.data_directory + "/cache/code"};
        while (true) {
            auto host = module::Host::create(options);
            bool out_of_space = !host && host.error().code == ErrorCode::LimitExceeded;
            if (!out_of_space || options.instances_max <= kInstancesMin) return host;
            options.instances_max /= 2;
            log_warn("address space is limited; trying {} module instances at most", options.instances_max);
        }
    }

    Result<auth::KeyPair> load_keys() {
        std::string directory = options_.key_directory;
        if (directory.empty() && !options_.data_directory.empty()) directory = options_.data_directory + "/keys";
        if (directory.empty()) return auth::KeyPair::generate();
        return auth::KeyPair::load_or_create(disk_, directory + "/id_ecdsa", directory + "/id_ecdsa.pub");
    }

    const ServerOptions options_;
    SystemDisk disk_;
    SystemClock clock_;
    SystemRandom random_;
    Worker worker_;
    api::Settler settler_;
    std::unique_ptr<database::DirectoryLock> lock_;
    std::unique_ptr<auth::TokenAuthority> tokens_;
    std::unique_ptr<module::Host> host_;
    std::unique_ptr<Databases> databases_;
    std::unique_ptr<api::HttpApi> api_;
    std::unique_ptr<net::Reactor> reactor_;
    std::unique_ptr<net::HttpServer> http_;
    bool stopped_ = false;
};

}  // namespace

Result<std::unique_ptr<Server>> Server::start(const ServerOptions& options) {
    auto server = std::make_unique<RunningServer>(options);
    TRY_VOID(server->start());
    return server;
}

}  // namespace lightcone::server
