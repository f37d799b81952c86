// SPDX-License-Identifier: Apache-2.0
#include "cli/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <functional>
#include <memory>

#include "base/version.h"
#include "cli/commands.h"

namespace lightcone::cli {

namespace {

using Action = std::function<Result<int>(Context&)>;

// Builds the argument parser. Options live in shared pointers that the chosen command's action holds.
class CommandLine {
  public:
    CommandLine() {
        app_.require_subcommand(1);
        app_.add_option("--root-dir", root_, "Root folder for configuration and data");
        app_.add_option("--config-path", config_file_, "The cli.toml to use");
        app_.set_version_flag("-V,--version", fmt::format("lightcone {}", kVersion));
        add_publish();
        add_call();
        add_sql();
        add_logs();
        add_describe();
        add_subscribe();
        add_generate();
        add_build();
        add_databases();
        add_login();
        add_server();
        add_start();
        add_version();
    }

    Result<int> run(Disk& disk, int argc, char** argv) {
        try {
            app_.parse(argc, argv);
        } catch (const CLI::ParseError& error) {
            int code = app_.exit(error);
            return code == 0 ? 0 : 2;
        }
        Context context{disk, Paths::from_environment(root_, config_file_)};
        return action_(context);
    }

  private:
    template <typename Options>
    CLI::App* command(CLI::App& parent, const char* name, const char* help, std::shared_ptr<Options> options,
                      Result<int> (*action)(Context&, const Options&)) {
        CLI::App* sub = parent.add_subcommand(name, help);
        sub->callback([this, options, action] {
            action_ = [options, action](Context& context) { return action(context, *options); };
        });
        return sub;
    }
    CLI::App* action_command(CLI::App& parent, const char* name, const char* help, Action action) {
        CLI::App* sub = parent.add_subcommand(name, help);
        sub->callback([this, action] { action_ = action; });
        return sub;
    }
    static void server_options(CLI::App* sub, ServerChoice& choice, bool with_anonymous = true) {
        sub->add_option("-s,--server", choice.server, "Nickname, host or URL of the server");
        sub->add_flag("-y,--yes", choice.yes, "Answer yes to every question");
        if (with_anonymous) sub->add_flag("--anonymous", choice.anonymous, "Send no token");
    }

    void add_publish() {
        auto o = std::make_shared<PublishOptions>();
        CLI::App* sub = command(app_, "publish", "Upload a module and create or update a database", o, run_publish);
        sub->add_option("name", o->name, "Name or identity of the database; without it a new unnamed one");
        auto* path = sub->add_option("-p,--module-path", o->module_path, "Folder of the module's source");
        sub->add_option("-b,--bin-path", o->bin_path, "A built .wasm to upload")->excludes(path);
        sub->add_flag("-c,--delete-data,--clear-database", o->delete_data, "Delete all data of the database first");
        sub->add_flag("--break-clients", o->break_clients, "Accept changes that disconnect clients");
        server_options(sub, o->server);
    }
    void add_call() {
        auto o = std::make_shared<CallOptions>();
        CLI::App* sub = command(app_, "call", "Call a reducer", o, run_call);
        sub->add_option("database", o->database, "Name or identity")->required();
        sub->add_option("function", o->function, "The reducer's name")->required();
        sub->add_option("arguments", o->arguments, "Arguments as JSON; strings may come without quotes")
            ->allow_extra_args();
        server_options(sub, o->server);
    }
    void add_sql() {
        auto o = std::make_shared<SqlOptions>();
        CLI::App* sub = command(app_, "sql", "Run a query", o, run_sql);
        sub->add_option("database", o->database, "Name or identity")->required();
        sub->add_option("query", o->query, "SQL text")->required();
        sub->add_option("--format", o->format, "text or json")
            ->check(CLI::IsMember({"text", "json", "default", "txt"}));
        sub->add_option("--confirmed", o->confirmed, "Wait until what is shown is durable");
        server_options(sub, o->server);
    }
    void add_logs() {
        auto o = std::make_shared<LogsOptions>();
        CLI::App* sub = command(app_, "logs", "Print a database's log", o, run_logs);
        sub->add_option("database", o->database, "Name or identity")->required();
        sub->add_option("-n,--num-lines", o->lines, "Only the last lines");
        sub->add_flag("-f,--follow", o->follow, "Keep printing new lines");
        sub->add_option("--format", o->format, "text or json")->check(CLI::IsMember({"text", "json"}));
        auto* level = sub->add_option("-l,--level", o->level, "This level and above");
        sub->add_flag("--level-exact", o->level_exact, "Only that level")->needs(level);
        server_options(sub, o->server, false);
    }
    void add_describe() {
        auto o = std::make_shared<DescribeOptions>();
        auto json = std::make_shared<bool>(false);
        CLI::App* sub = command(app_, "describe", "Print a database's schema", o, run_describe);
        sub->add_option("database", o->database, "Name or identity")->required();
        sub->add_option("entity_type", o->entity_type, "reducer or table");
        sub->add_option("entity_name", o->entity_name, "Its name");
        sub->add_flag("--json", *json, "JSON, which is the only format");
        sub->callback([this, o, json] { action_ = [o, json](Context& context) { return run_describe(context, *o); }; });
        server_options(sub, o->server);
    }
    void add_subscribe() {
        auto o = std::make_shared<SubscribeOptions>();
        CLI::App* sub = command(app_, "subscribe", "Print changes of queries as they happen", o, run_subscribe);
        sub->add_option("database", o->database, "Name or identity")->required();
        sub->add_option("queries", o->queries, "SELECT statements")->required();
        sub->add_option("-n,--num-updates", o->updates, "End after that many updates");
        sub->add_option("-t,--timeout", o->timeout_seconds, "End after that many seconds");
        sub->add_flag("--print-initial-update", o->print_initial, "Print the rows there are at first");
        sub->add_option("--confirmed", o->confirmed, "Only what is durable (default true)");
        server_options(sub, o->server);
    }
    void add_generate() {
        auto o = std::make_shared<GenerateOptions>();
        CLI::App* sub = command(app_, "generate", "Write client bindings for a module", o, run_generate);
        sub->add_option("-l,--lang", o->language, "typescript")->required();
        sub->add_option("-o,--out-dir", o->out_directory, "Where the files go (default src/module_bindings)");
        auto* path = sub->add_option("-p,--module-path", o->module_path, "Folder of the module's source");
        auto* bin = sub->add_option("-b,--bin-path", o->bin_path, "A built .wasm")->excludes(path);
        sub->add_option("--module-def", o->module_def, "A module definition as JSON; - reads standard input")
            ->excludes(path)
            ->excludes(bin);
        sub->add_flag("--include-private", o->include_private, "Private tables and reducers as well");
        sub->add_flag("-y,--yes", o->yes, "Delete stale files without asking");
    }
    void add_build() {
        auto o = std::make_shared<BuildOptions>();
        CLI::App* sub = command(app_, "build", "Compile a module to WebAssembly", o, run_build);
        sub->add_option("-p,--module-path", o->module_path, "Folder of the module's source");
        sub->add_flag("-d,--debug", o->debug, "Without optimisation");
        auto file = std::make_shared<std::string>();
        action_command(app_, "extract-schema", "Print the definition of a built module as JSON",
                       [file](Context& context) { return run_extract_schema(context, *file); })
            ->add_option("file", *file, "A built .wasm")
            ->required();
    }
    void add_databases() {
        auto server = std::make_shared<ServerChoice>();
        auto database = std::make_shared<std::string>();
        auto name = std::make_shared<std::string>();
        server_options(action_command(app_, "list", "Databases of the identity you are logged in as",
                                      [server](Context& context) { return run_list(context, *server); }),
                       *server, false);
        CLI::App* remove = action_command(app_, "delete", "Delete a database", [server, database](Context& context) {
            return run_delete(context, *server, *database);
        });
        remove->add_option("database", *database, "Name or identity")->required();
        server_options(remove, *server, false);
        CLI::App* rename = action_command(
            app_, "rename", "Give a database another name",
            [server, database, name](Context& context) { return run_rename(context, *server, *database, *name); });
        rename->add_option("--to", *name, "The new name")->required();
        rename->add_option("database", *database, "Identity")->required();
        server_options(rename, *server, false);
    }
    void add_login() {
        auto o = std::make_shared<LoginOptions>();
        auto with_token = std::make_shared<bool>(false);
        CLI::App* login = app_.add_subcommand("login", "Get and keep an identity");
        login->add_option("--token", o->token, "Keep this token");
        login->add_option("--server-issued-login,-s,--server", o->server, "The server that issues the identity");
        CLI::App* show = login->add_subcommand("show", "Print who you are");
        show->add_flag("--token", *with_token, "Print the token as well");
        login->callback([this, o, show, with_token] {
            bool showing = show->parsed();
            action_ = [o, showing, with_token](Context& context) {
                return showing ? run_login_show(context, *with_token) : run_login(context, *o);
            };
        });
        action_command(app_, "logout", "Forget the saved token", [](Context& context) { return run_logout(context); });
    }
    void add_server() {
        CLI::App* server = app_.add_subcommand("server", "Servers this machine knows");
        server->require_subcommand(1);
        auto name = std::make_shared<std::string>();
        auto url = std::make_shared<std::string>();
        auto directory = std::make_shared<std::string>();
        auto flag = std::make_shared<bool>(false);
        auto no_fingerprint = std::make_shared<bool>(false);
        action_command(*server, "list", "Print them", [](Context& context) { return run_server_list(context); });
        CLI::App* add = action_command(*server, "add", "Add one", [=](Context& context) {
            return run_server_add(context, *name, *url, *flag, *no_fingerprint);
        });
        add->add_option("name", *name, "Nickname")->required();
        add->add_option("--url", *url, "http://host:port")->required();
        add->add_flag("-d,--default", *flag, "Make it the default");
        add->add_flag("--no-fingerprint", *no_fingerprint, "Do not fetch its public key");
        auto one = [&](const char* command_name, const char* help, auto action) {
            action_command(*server, command_name, help,
                           [name, action](Context& context) { return action(context, *name); })
                ->add_option("server", *name, "Nickname or host")
                ->required();
        };
        one("remove", "Forget one", run_server_remove);
        one("set-default", "Use it when no server is named", run_server_set_default);
        one("ping", "See whether it answers", run_server_ping);
        CLI::App* fingerprint =
            action_command(*server, "fingerprint", "Compare its public key with the saved one",
                           [=](Context& context) { return run_server_fingerprint(context, *name, *flag); });
        fingerprint->add_option("server", *name, "Nickname or host")->required();
        fingerprint->add_flag("-y,--yes", *flag, "Save a changed key without asking");
        CLI::App* clear = action_command(*server, "clear", "Delete the local server's data", [=](Context& context) {
            return run_server_clear(context, *directory, *flag);
        });
        clear->add_option("--data-dir", *directory, "Data folder");
        clear->add_flag("-y,--yes", *flag, "Do not ask");
    }
    void add_start() {
        auto o = std::make_shared<StartOptions>();
        CLI::App* sub = command(app_, "start", "Run a server", o, run_start);
        sub->add_option("-l,--listen-addr", o->listen_address, "HOST:PORT (default 127.0.0.1:3000; port 0: any)");
        sub->add_option("--data-dir", o->data_directory, "Data folder");
        sub->add_option("--jwt-key-dir", o->key_directory, "Folder of the signing keys (default: in the data folder)");
        sub->add_flag("--in-memory", o->in_memory, "Keep nothing on disk");
        sub->add_option("--io-threads", o->io_threads, "Threads that serve connections")->check(CLI::Range(1, 64));
        sub->add_option("--reducer-budget-ms", o->reducer_budget_ms, "How long a reducer may run")
            ->check(CLI::Range(1, 3'600'000));
        sub->add_option("--instance-memory-mb", o->instance_memory_mb, "How much memory a module may use, in MiB")
            ->check(CLI::Range(1, 4096));
    }
    void add_version() {
        action_command(app_, "version", "Print the version", [](Context&) -> Result<int> {
            std::printf("lightcone %s (compatible with SpacetimeDB %s)\n", std::string(kVersion).c_str(),
                        std::string(kCompatibleVersion).c_str());
            return 0;
        });
    }

    CLI::App app_{"Lightcone: a database and an application server in one binary"};
    std::string root_;
    std::string config_file_;
    Action action_;
};

}  // namespace

Result<int> run_command_line(Disk& disk, int argc, char** argv) {
    return CommandLine().run(disk, argc, argv);
}

}  // namespace lightcone::cli
