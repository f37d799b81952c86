// SPDX-License-Identifier: Apache-2.0
// A disk in front of another one whose n-th call fails, for tests. A call counts when it could fail on a real disk:
// every method of File and Disk. Any thread.
#pragma once

#include <atomic>

#include "base/file.h"

namespace lightcone::log {

enum class Fault : uint8_t {
    Once,      // call n fails, later ones work
    ForEver,   // call n and all later ones fail
    TornWrite  // like ForEver, but when call n is a write, half of it is done before
};

class FaultPlan {
  public:
    // n counts from 0; before set() nothing fails.
    void set(uint64_t n, Fault fault) {
        calls_ = 0;
        failing_ = n;
        fault_ = fault;
    }
    uint64_t calls() const { return calls_; }
    bool was_hit() const { return calls_ > failing_; }
    Fault fault() const { return fault_; }

    Result<void> next_call(const char* operation) {
        uint64_t call = calls_++;
        bool fails = fault_ == Fault::Once ? call == failing_ : call >= failing_;
        if (fails) return fail(ErrorCode::Io, "cannot {}: injected fault at call {}", operation, call);
        return {};
    }

  private:
    std::atomic<uint64_t> calls_{0};
    std::atomic<uint64_t> failing_{~0ull};
    std::atomic<Fault> fault_{Fault::Once};
};

class FaultyFile final : public File {
  public:
    FaultyFile(std::unique_ptr<File> file, FaultPlan& plan) : file_(std::move(file)), plan_(plan) {}

    Result<void> pwrite(ByteView bytes, uint64_t offset) override {
        bool is_first = !plan_.was_hit();
        auto allowed = plan_.next_call("write");
        if (!allowed && is_first && plan_.fault() == Fault::TornWrite) {
            TRY_VOID(file_->pwrite(bytes.first(bytes.size() / 2), offset));
        }
        TRY_VOID(allowed);
        return file_->pwrite(bytes, offset);
    }
    Result<size_t> pread(std::span<uint8_t> out, uint64_t offset) override {
        TRY_VOID(plan_.next_call("read"));
        return file_->pread(out, offset);
    }
    Result<void> sync() override {
        TRY_VOID(plan_.next_call("sync"));
        return file_->sync();
    }
    Result<uint64_t> size() override {
        TRY_VOID(plan_.next_call("stat"));
        return file_->size();
    }
    Result<void> truncate(uint64_t size) override {
        TRY_VOID(plan_.next_call("truncate"));
        return file_->truncate(size);
    }
    Result<void> preallocate(uint64_t size) override {
        TRY_VOID(plan_.next_call("reserve space"));
        return file_->preallocate(size);
    }

  private:
    std::unique_ptr<File> file_;
    FaultPlan& plan_;
};

class FaultyDisk final : public Disk {
  public:
    FaultyDisk(Disk& disk, FaultPlan& plan) : disk_(disk), plan_(plan) {}

    Result<std::unique_ptr<File>> open(const std::string& path, OpenMode mode, uint32_t permissions) override {
        TRY_VOID(plan_.next_call("open"));
        return std::make_unique<FaultyFile>(TRY(disk_.open(path, mode, permissions)), plan_);
    }
    Result<void> create_directories(const std::string& path) override {
        TRY_VOID(plan_.next_call("create directory"));
        return disk_.create_directories(path);
    }
    Result<std::vector<std::string>> list(const std::string& directory) override {
        TRY_VOID(plan_.next_call("list"));
        return disk_.list(directory);
    }
    Result<bool> exists(const std::string& path) override {
        TRY_VOID(plan_.next_call("stat"));
        return disk_.exists(path);
    }
    Result<void> remove(const std::string& path) override {
        TRY_VOID(plan_.next_call("remove"));
        return disk_.remove(path);
    }
    Result<void> remove_tree(const std::string& path) override {
        TRY_VOID(plan_.next_call("remove"));
        return disk_.remove_tree(path);
    }
    Result<void> rename(const std::string& from, const std::string& to) override {
        TRY_VOID(plan_.next_call("rename"));
        return disk_.rename(from, to);
    }
    Result<void> sync_directory(const std::string& path) override {
        TRY_VOID(plan_.next_call("sync directory"));
        return disk_.sync_directory(path);
    }

  private:
    Disk& disk_;
    FaultPlan& plan_;
};

}  // namespace lightcone::log
