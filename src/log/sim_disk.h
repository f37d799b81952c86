// SPDX-License-Identifier: Apache-2.0
// A disk in memory that keeps what is synced apart from what is not, for tests: power cuts keep any part of the
// unsynced bytes, syncs can fail as real ones do, space can run out. Directories always exist. Any thread.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "base/file.h"
#include "base/random.h"

namespace lightcone::log {

// Which unsynced changes reach the device when the power goes: by 512-byte sector within a file; changes of names in
// order.
enum class PowerCut : uint8_t {
    KeepsNothing,
    KeepsEverything,
    KeepsPrefix,  // of the sectors written, in order
    KeepsSome,    // a random subset of them
    Garbles,      // a random subset, one of them with random content (unless it would change nothing on the device)
};

class SimDisk final : public Disk {
  public:
    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode, uint32_t permissions) override;
    Result<void> create_directories(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& directory) override;
    Result<bool> exists(const std::string& path) override;
    Result<void> remove(const std::string& path) override;
    Result<void> remove_tree(const std::string& path) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> sync_directory(const std::string& path) override;

    // What a restarted machine finds. Files open now must not be used afterwards.
    void cut_power(PowerCut kind, Random& random);
    // The next `count` syncs of files fail. What they should have synced is readable until a power cut, but never
    // reaches the device unless it is written again, as with the usual file systems.
    void fail_syncs(uint32_t count);
    // Bytes all files may take together.
    void set_capacity(uint64_t bytes);

    // For tests that read or damage files directly: content as a reader sees it; put() is synced at once.
    Bytes get(const std::string& path);
    void put(const std::string& path, Bytes content);
    // Copies every file below a directory of another disk.
    Result<void> copy_from(Disk& other, const std::string& directory);
    uint64_t sync_count() const { return sync_count_; }

  private:
    friend class SimFile;

    // A write, or with no bytes a change of the size.
    struct Change {
        uint64_t offset = 0;
        Bytes bytes;
        bool is_resize = false;
        bool is_lost = false;  // a sync of it failed
    };
    struct Node {
        Bytes live;
        Bytes device;
        std::vector<Change> unsynced;
    };
    using Names = std::map<std::string, std::shared_ptr<Node>>;

    static void apply(Bytes& content, const Change& change);
    static bool holds(const Bytes& content, const Change& change);
    static std::vector<Change> by_sector(const std::vector<Change>& changes);
    Result<void> change(Node& node, Change change);
    Result<void> sync(Node& node);
    void names_changed() { name_history_.push_back(names_); }

    std::mutex mutex_;
    Names names_;
    Names device_names_;
    std::vector<Names> name_history_;  // after each change since the last sync_directory()
    std::set<std::string> directories_;
    uint64_t capacity_ = ~0ull;
    uint32_t failing_syncs_ = 0;
    uint64_t sync_count_ = 0;
};

}  // namespace lightcone::log
