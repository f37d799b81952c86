// SPDX-License-Identifier: Apache-2.0
#include "log/sim_disk.h"

#include <algorithm>

namespace lightcone::log {

namespace {
constexpr size_t kSectorBytes = 512;
}

class SimFile final : public File {
  public:
    SimFile(SimDisk& disk, std::shared_ptr<SimDisk::Node> node) : disk_(disk), node_(std::move(node)) {}

    Result<void> pwrite(ByteView bytes, uint64_t offset) override {
        std::lock_guard lock(disk_.mutex_);
        return disk_.change(*node_, {offset, Bytes(bytes.begin(), bytes.end())});
    }
    Result<size_t> pread(std::span<uint8_t> out, uint64_t offset) override {
        std::lock_guard lock(disk_.mutex_);
        if (offset >= node_->live.size()) return size_t{0};
        size_t count = std::min<uint64_t>(out.size(), node_->live.size() - offset);
        std::copy_n(node_->live.begin() + static_cast<ptrdiff_t>(offset), count, out.begin());
        return count;
    }
    Result<void> sync() override {
        std::lock_guard lock(disk_.mutex_);
        return disk_.sync(*node_);
    }
    Result<uint64_t> size() override {
        std::lock_guard lock(disk_.mutex_);
        return node_->live.size();
    }
    Result<void> truncate(uint64_t size) override {
        std::lock_guard lock(disk_.mutex_);
        return disk_.change(*node_, {size, {}, true});
    }
    Result<void> preallocate(uint64_t size) override {
        std::lock_guard lock(disk_.mutex_);
        if (size <= node_->live.size()) return {};
        return disk_.change(*node_, {size, {}, true});
    }

  private:
    SimDisk& disk_;
    std::shared_ptr<SimDisk::Node> node_;
};

void SimDisk::apply(Bytes& content, const Change& change) {
    if (change.is_resize) {
        content.resize(change.offset);
        return;
    }
    if (content.size() < change.offset + change.bytes.size()) content.resize(change.offset + change.bytes.size());
    std::copy(change.bytes.begin(), change.bytes.end(), content.begin() + static_cast<ptrdiff_t>(change.offset));
}

bool SimDisk::holds(const Bytes& content, const Change& change) {
    if (content.size() < change.offset + change.bytes.size()) return false;
    return std::equal(change.bytes.begin(), change.bytes.end(),
                      content.begin() + static_cast<ptrdiff_t>(change.offset));
}

std::vector<SimDisk::Change> SimDisk::by_sector(const std::vector<Change>& changes) {
    std::vector<Change> pieces;
    for (const Change& change : changes) {
        if (change.is_resize) pieces.push_back(change);
        for (size_t at = 0; at < change.bytes.size();) {
            uint64_t offset = change.offset + at;
            size_t count = std::min<size_t>(kSectorBytes - offset % kSectorBytes, change.bytes.size() - at);
            auto from = change.bytes.begin() + static_cast<ptrdiff_t>(at);
            pieces.push_back({offset, Bytes(from, from + static_cast<ptrdiff_t>(count))});
            at += count;
        }
    }
    return pieces;
}

Result<void> SimDisk::change(Node& node, Change change) {
    uint64_t used = 0;
    for (const auto& [path, other] : names_) used += other->live.size();
    uint64_t end = change.offset + change.bytes.size();
    if (end > node.live.size() && used + end - node.live.size() > capacity_) {
        return fail(ErrorCode::Io, "cannot write: No space left on device");
    }
    apply(node.live, change);
    node.unsynced.push_back(std::move(change));
    return {};
}

Result<void> SimDisk::sync(Node& node) {
    ++sync_count_;
    if (failing_syncs_ > 0) {
        --failing_syncs_;
        for (Change& change : node.unsynced) change.is_lost = true;
        return fail(ErrorCode::Io, "cannot sync: Input/output error");
    }
    for (const Change& change : node.unsynced) {
        if (!change.is_lost) apply(node.device, change);
    }
    node.unsynced.clear();
    return {};
}

void SimDisk::cut_power(PowerCut kind, Random& random) {
    std::lock_guard lock(mutex_);
    if (kind == PowerCut::KeepsEverything) {
        device_names_ = names_;
    } else if (kind != PowerCut::KeepsNothing && !name_history_.empty()) {
        uint64_t kept = random.below(name_history_.size() + 1);
        if (kept > 0) device_names_ = name_history_[kept - 1];
    }
    names_ = device_names_;
    name_history_.clear();
    for (auto& [path, node] : names_) {
        auto fresh = std::make_shared<Node>();
        fresh->device = node->device;
        std::vector<Change> pieces = by_sector(node->unsynced);
        size_t count = pieces.size();
        if (kind == PowerCut::KeepsNothing) count = 0;
        if (kind == PowerCut::KeepsPrefix) count = random.below(pieces.size() + 1);
        bool is_subset = kind == PowerCut::KeepsSome || kind == PowerCut::Garbles;
        uint64_t garbled = kind == PowerCut::Garbles && count > 0 ? random.below(count) : ~0ull;
        for (size_t i = 0; i < count; ++i) {
            if (i == garbled && !holds(fresh->device, pieces[i])) random.fill(pieces[i].bytes);
            if (i == garbled || !is_subset || random.below(2) == 0) apply(fresh->device, pieces[i]);
        }
        fresh->live = fresh->device;
        node = fresh;
    }
    device_names_ = names_;
    failing_syncs_ = 0;
}

void SimDisk::fail_syncs(uint32_t count) {
    std::lock_guard lock(mutex_);
    failing_syncs_ = count;
}

void SimDisk::set_capacity(uint64_t bytes) {
    std::lock_guard lock(mutex_);
    capacity_ = bytes;
}

Bytes SimDisk::get(const std::string& path) {
    std::lock_guard lock(mutex_);
    auto found = names_.find(path);
    return found == names_.end() ? Bytes{} : found->second->live;
}

void SimDisk::put(const std::string& path, Bytes content) {
    std::lock_guard lock(mutex_);
    auto node = std::make_shared<Node>();
    node->live = content;
    node->device = std::move(content);
    names_[path] = node;
    device_names_[path] = node;
}

Result<void> SimDisk::copy_from(Disk& other, const std::string& directory) {
    TRY_VOID(create_directories(directory));
    std::vector<std::string> names = TRY(other.list(directory));
    for (const std::string& name : names) {
        put(directory + "/" + name, TRY(other.read_file(directory + "/" + name)));
    }
    return {};
}

Result<std::unique_ptr<File>> SimDisk::open(const std::string& path, OpenMode mode, uint32_t) {
    std::lock_guard lock(mutex_);
    auto found = names_.find(path);
    if (found != names_.end()) {
        if (mode == OpenMode::CreateNew) return fail(ErrorCode::AlreadyExists, "cannot open {}: File exists", path);
        return std::make_unique<SimFile>(*this, found->second);
    }
    if (mode == OpenMode::ReadOnly || mode == OpenMode::ReadWrite) {
        return fail(ErrorCode::NotFound, "cannot open {}: No such file or directory", path);
    }
    auto node = std::make_shared<Node>();
    names_[path] = node;
    names_changed();
    return std::make_unique<SimFile>(*this, node);
}

Result<void> SimDisk::create_directories(const std::string& path) {
    std::lock_guard lock(mutex_);
    directories_.insert(path);
    return {};
}

Result<std::vector<std::string>> SimDisk::list(const std::string& directory) {
    std::lock_guard lock(mutex_);
    std::vector<std::string> found;
    for (const auto& [path, node] : names_) {
        if (parent_directory(path) == directory) found.push_back(path.substr(directory.size() + 1));
    }
    return found;
}

Result<bool> SimDisk::exists(const std::string& path) {
    std::lock_guard lock(mutex_);
    return names_.contains(path) || directories_.contains(path);
}

Result<void> SimDisk::remove(const std::string& path) {
    std::lock_guard lock(mutex_);
    if (names_.erase(path) == 0) return fail(ErrorCode::NotFound, "cannot remove {}: No such file or directory", path);
    names_changed();
    return {};
}

Result<void> SimDisk::remove_tree(const std::string& path) {
    std::lock_guard lock(mutex_);
    std::erase_if(names_,
                  [&](const auto& entry) { return entry.first == path || entry.first.starts_with(path + "/"); });
    std::erase_if(directories_, [&](const auto& name) { return name == path || name.starts_with(path + "/"); });
    names_changed();
    return {};
}

Result<void> SimDisk::rename(const std::string& from, const std::string& to) {
    std::lock_guard lock(mutex_);
    auto found = names_.find(from);
    if (found == names_.end()) return fail(ErrorCode::NotFound, "cannot rename {}: No such file or directory", from);
    auto node = found->second;
    names_.erase(found);
    names_[to] = node;
    names_changed();
    return {};
}

Result<void> SimDisk::sync_directory(const std::string&) {
    std::lock_guard lock(mutex_);
    device_names_ = names_;
    name_history_.clear();
    return {};
}

}  // namespace lightcone::log
