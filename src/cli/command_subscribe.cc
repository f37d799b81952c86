// SPDX-License-Identifier: Apache-2.0
// lightcone subscribe: prints the changes of queries as they happen, one JSON line per transaction.
#include <cstdio>

#include "base/clock.h"
#include "cli/commands.h"
#include "cli/definition_view.h"
#include "net/http_message.h"
#include "net/ws_client.h"
#include "sats/json_codec.h"
#include "sats/json_writer.h"

namespace lightcone::cli {

namespace {

constexpr std::string_view kProtocol = "v3.bsatn.spacetimedb";

Bytes subscribe_message(const std::vector<std::string>& queries) {
    Bytes bytes;
    ByteWriter out(bytes);
    out.u8(0);   // Subscribe
    out.u32(0);  // request id
    out.u32(0);  // query set id
    out.u32(static_cast<uint32_t>(queries.size()));
    for (const std::string& query : queries) out.length_prefixed(query);
    return bytes;
}

// The changes of one table as JSON arrays of rows.
struct TableLines {
    std::string name;
    std::string deletes;
    std::string inserts;
};

// Reads server messages of protocol v3 far enough to print them.
class UpdateReader {
  public:
    explicit UpdateReader(const DefinitionView& definition) : definition_(definition) {}

    enum class Kind : uint8_t { Applied, Update, Other };

    // Reads one message. Errors: Aborted with the server's reason when the subscription was refused.
    Result<Kind> read(ByteReader& in, std::string& line) {
        tables_.clear();
        uint8_t tag = TRY(in.u8());
        Kind kind = Kind::Other;
        switch (tag) {
            case 0: TRY_VOID(skip_initial_connection(in)); return Kind::Other;
            case 1:
                kind = Kind::Applied;
                TRY_VOID(read_applied(in));
                break;
            case 3: return read_error(in);
            case 4:
                kind = Kind::Update;
                TRY_VOID(read_update(in));
                break;
            default: return fail(ErrorCode::Corruption, "unexpected server message with tag {}", tag);
        }
        line = to_json();
        return kind;
    }

  private:
    static Result<void> skip_initial_connection(ByteReader& in) {
        TRY_VOID(in.skip(32 + 16));
        TRY(in.length_prefixed());
        return {};
    }

    static Result<Kind> read_error(ByteReader& in) {
        if (TRY(in.u8()) == 0) TRY_VOID(in.skip(4));
        TRY_VOID(in.skip(4));
        return fail(ErrorCode::Aborted, "encountered error in initial subscribe: {}",
                    as_text(TRY(in.length_prefixed())));
    }

    TableLines& table(std::string_view name) {
        for (TableLines& known : tables_) {
            if (known.name == name) return known;
        }
        return tables_.emplace_back(TableLines{std::string(name), "", ""});
    }

    Result<void> read_applied(ByteReader& in) {
        TRY_VOID(in.skip(8));
        uint32_t count = TRY(in.u32());
        for (uint32_t i = 0; i < count; ++i) {
            TableLines& lines = table(as_text(TRY(in.length_prefixed())));
            TRY_VOID(read_rows(in, lines.name, lines.inserts));
        }
        return {};
    }

    Result<void> read_update(ByteReader& in) {
        uint32_t sets = TRY(in.u32());
        for (uint32_t s = 0; s < sets; ++s) {
            TRY_VOID(in.skip(4));
            uint32_t count = TRY(in.u32());
            for (uint32_t t = 0; t < count; ++t) TRY_VOID(read_table_update(in));
        }
        return {};
    }

    Result<void> read_table_update(ByteReader& in) {
        TableLines& lines = table(as_text(TRY(in.length_prefixed())));
        uint32_t changes = TRY(in.u32());
        for (uint32_t i = 0; i < changes; ++i) {
            bool is_event = TRY(in.u8()) == 1;
            TRY_VOID(read_rows(in, lines.name, lines.inserts));
            if (!is_event) TRY_VOID(read_rows(in, lines.name, lines.deletes));
        }
        return {};
    }

    Result<void> read_rows(ByteReader& in, const std::string& table_name, std::string& json) {
        if (TRY(in.u8()) == 0) {
            TRY_VOID(in.skip(2));
        } else {
            TRY_VOID(in.skip(size_t{8} * TRY(in.u32())));
        }
        ByteReader rows(TRY(in.length_prefixed()));
        const TableView* view = definition_.find_table(table_name);
        if (view == nullptr) return fail(ErrorCode::NotFound, "the schema has no table `{}`", table_name);
        while (!rows.at_end()) {
            if (!json.empty()) json += ',';
            TRY_VOID(sats::bsatn_to_json(rows, view->row_type, definition_.typespace(), sats::JsonForm::Named, json));
        }
        return {};
    }

    std::string to_json() const {
        std::string out;
        sats::JsonWriter json(out);
        json.begin_object();
        for (const TableLines& lines : tables_) {
            json.key(lines.name).begin_object();
            json.key("deletes").raw("[" + lines.deletes + "]");
            json.key("inserts").raw("[" + lines.inserts + "]").end_object();
        }
        json.end_object();
        return out;
    }

    const DefinitionView& definition_;
    std::vector<TableLines> tables_;
};

class Subscription {
  public:
    Subscription(const SubscribeOptions& options, const DefinitionView& definition)
        : options_(options), reader_(definition) {}

    Result<int> run(net::WsClient& client) {
        TRY_VOID(client.send(subscribe_message(options_.queries)));
        uint64_t deadline = options_.timeout_seconds ? now_ms() + uint64_t{*options_.timeout_seconds} * 1000 : 0;
        while (true) {
            uint64_t now = now_ms();
            if (deadline != 0 && now >= deadline) return timed_out();
            auto message = client.receive(deadline == 0 ? 0 : static_cast<uint32_t>(deadline - now));
            if (!message && message.error().code == ErrorCode::Timeout) return timed_out();
            if (!message) return std::unexpected(message.error());
            if (message->type == net::WsClientMessage::Type::Close) return closed();
            if (TRY(print(message->payload))) return 0;
        }
    }

  private:
    static uint64_t now_ms() { return SystemClock().monotonic_nanos() / 1'000'000; }

    // True when the wanted number of updates was printed.
    Result<bool> print(ByteView payload) {
        ByteReader in(payload);
        if (TRY(in.u8()) != 0) return fail(ErrorCode::Corruption, "the server compressed although none was asked for");
        while (!in.at_end()) {
            std::string line;
            UpdateReader::Kind kind = TRY(reader_.read(in, line));
            if (kind == UpdateReader::Kind::Applied && !options_.print_initial) kind = UpdateReader::Kind::Other;
            if (kind != UpdateReader::Kind::Other) std::printf("%s\n", line.c_str());
            if (kind == UpdateReader::Kind::Update && ++received_ == options_.updates) break;
        }
        std::fflush(stdout);
        return options_.updates && received_ >= *options_.updates;
    }

    Result<int> timed_out() const {
        std::fprintf(stderr, "timed out after %us\n", *options_.timeout_seconds);
        if (!options_.updates) return 0;
        return fail(ErrorCode::Timeout, "subscription timed out after {}s after receiving {}/{} updates",
                    *options_.timeout_seconds, received_, *options_.updates);
    }

    Result<int> closed() const {
        if (options_.updates) {
            return fail(ErrorCode::Unavailable, "subscription closed after receiving {}/{} updates", received_,
                        *options_.updates);
        }
        std::fputs("disconnected by server\n", stderr);
        return 0;
    }

    const SubscribeOptions& options_;
    UpdateReader reader_;
    uint32_t received_ = 0;
};

}  // namespace

Result<int> run_subscribe(Context& context, const SubscribeOptions& options) {
    Config config = TRY(Config::load(context.disk, context.paths.config_file));
    Remote remote = TRY(Remote::open(config, options.server));
    std::string identity = TRY(remote.database_identity(options.database));
    DefinitionView definition = TRY(DefinitionView::parse(TRY(remote.schema(identity))));
    net::WsClientOptions client_options;
    client_options.url = fmt::format("{}/v1/database/{}/subscribe?compression=None", remote.url(), identity);
    if (options.confirmed) client_options.url += fmt::format("&confirmed={}", *options.confirmed);
    client_options.subprotocols = {std::string(kProtocol)};
    if (!remote.token().empty()) client_options.headers.emplace_back("authorization", "Bearer " + remote.token());
    net::WsClientRefusal refusal;
    auto client = net::WsClient::connect(client_options, &refusal);
    if (!client) {
        return fail(client.error().code, "v3 subscribe connection failed ({}{}{})", client.error().message,
                    refusal.body.empty() ? "" : ": ", refusal.body);
    }
    return Subscription(options, definition).run(**client);
}

}  // namespace lightcone::cli
