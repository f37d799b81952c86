// SPDX-License-Identifier: Apache-2.0
// Compiled code on disk, so that a restart need not compile again. Code from a file runs unchecked inside this process,
// so only bytes under this server's own key are handed out: each file carries a keyed MAC over the engine's version,
// the module's hash and the code. Whoever can read the key file (0600) can make the server run anything.
//
// Files: `key` (32 random bytes) and `<module hash>.code`: "LCCODE1\n", the MAC (32 bytes), the code.
// Thread: any, one at a time. Losing the directory costs compilations, nothing else.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/hash.h"

namespace lightcone::module {

class CodeCache {
  public:
    // More files than this and all are dropped.
    static constexpr size_t kFilesMax = 256;

    // Creates directory and key if they are not there. `engine_version` names everything that makes code unusable when
    // it changes. Errors: Io; Corruption when the key has another size than 32 bytes.
    static Result<std::unique_ptr<CodeCache>> open(Disk& disk, std::string directory, std::string engine_version);

    // The code stored for this module, if it is there and authentic.
    std::optional<Bytes> load(const Hash32& module_hash);
    // A failure is logged and otherwise ignored.
    void store(const Hash32& module_hash, ByteView code);

  private:
    CodeCache(Disk& disk, std::string directory, std::string engine_version, Bytes key);
    std::string path_of(const Hash32& module_hash) const;
    Hash32 mac(const Hash32& module_hash, ByteView code) const;
    Result<void> make_room();

    Disk& disk_;
    std::string directory_;
    std::string engine_version_;
    Bytes key_;
};

}  // namespace lightcone::module
