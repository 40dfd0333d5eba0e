// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/sqlite_vfs.hpp"

#include <sqlite3.h>

#include <atomic>
#include <cstring>

namespace spanreel::store {

namespace {

constexpr int kMaxPath = 512;
constexpr int kSectorBytes = 4096;

/// The state of an open file; SQLite allocates and owns VfsHandle, which points to it.
struct VfsFile {
    SqliteVfs& vfs;
    Path path;
    std::unique_ptr<File> file;
    std::shared_ptr<SqliteLocks> locks;
    bool name_needs_sync = false;  ///< a new journal: SQLite relies on its name after the first sync
    bool delete_on_close = false;
};

struct VfsHandle {
    sqlite3_file base;
    VfsFile* state;
};

VfsFile& state_of(sqlite3_file* file) { return *reinterpret_cast<VfsHandle*>(file)->state; }

SqliteVfs& vfs_of(sqlite3_vfs* vfs) { return *static_cast<SqliteVfs*>(vfs->pAppData); }

template <class T>
int code_of(const Result<T>& result, int failure) {
    if (result) return SQLITE_OK;
    return result.error().code == Code::unavailable ? SQLITE_FULL : failure;
}

int file_close(sqlite3_file* file) {
    std::unique_ptr<VfsFile> state(&state_of(file));
    state->locks->unlock(state.get(), SQLITE_LOCK_NONE);
    if (state->delete_on_close) (void)state->vfs.files().remove(state->path);
    return SQLITE_OK;
}

int file_read(sqlite3_file* file, void* into, int count, sqlite3_int64 offset) {
    auto bytes = static_cast<std::uint8_t*>(into);
    auto wanted = static_cast<std::size_t>(count);
    Result<std::size_t> done = state_of(file).file->read_at(static_cast<std::uint64_t>(offset), {bytes, wanted});
    if (!done) return SQLITE_IOERR_READ;
    if (*done == wanted) return SQLITE_OK;
    std::memset(bytes + *done, 0, wanted - *done);
    return SQLITE_IOERR_SHORT_READ;
}

int file_write(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    ByteView view(static_cast<const std::uint8_t*>(bytes), static_cast<std::size_t>(count));
    return code_of(state_of(file).file->write_at(static_cast<std::uint64_t>(offset), view), SQLITE_IOERR_WRITE);
}

int file_truncate(sqlite3_file* file, sqlite3_int64 size) {
    return code_of(state_of(file).file->truncate(static_cast<std::uint64_t>(size)), SQLITE_IOERR_TRUNCATE);
}

int file_sync(sqlite3_file* file, int) {
    VfsFile& state = state_of(file);
    if (!state.file->sync()) return SQLITE_IOERR_FSYNC;
    if (!state.name_needs_sync) return SQLITE_OK;
    state.name_needs_sync = false;
    return state.vfs.files().sync_directory(state.path.parent_path()) ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    Result<std::uint64_t> known = state_of(file).file->size();
    if (!known) return SQLITE_IOERR_FSTAT;
    *size = static_cast<sqlite3_int64>(*known);
    return SQLITE_OK;
}

int file_lock(sqlite3_file* file, int level) {
    VfsFile& state = state_of(file);
    return state.locks->lock(&state, level) ? SQLITE_OK : SQLITE_BUSY;
}

int file_unlock(sqlite3_file* file, int level) {
    VfsFile& state = state_of(file);
    state.locks->unlock(&state, level);
    return SQLITE_OK;
}

int file_check_reserved_lock(sqlite3_file* file, int* reserved) {
    *reserved = state_of(file).locks->is_reserved() ? 1 : 0;
    return SQLITE_OK;
}

int file_control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int file_sector_size(sqlite3_file*) { return kSectorBytes; }
int file_device_characteristics(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int file_shm_map(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
    VfsFile& state = state_of(file);
    *out = state.locks->map(&state, static_cast<std::size_t>(region), static_cast<std::size_t>(size), extend != 0);
    return SQLITE_OK;
}

int file_shm_lock(sqlite3_file* file, int first, int count, int flags) {
    VfsFile& state = state_of(file);
    if (flags & SQLITE_SHM_UNLOCK) {
        state.locks->unlock_slots(&state, first, count);
        return SQLITE_OK;
    }
    bool locked = state.locks->lock_slots(&state, first, count, (flags & SQLITE_SHM_EXCLUSIVE) != 0);
    return locked ? SQLITE_OK : SQLITE_BUSY;
}

void file_shm_barrier(sqlite3_file*) { std::atomic_thread_fence(std::memory_order_seq_cst); }

int file_shm_unmap(sqlite3_file* file, int) {
    VfsFile& state = state_of(file);
    state.locks->unmap(&state);
    return SQLITE_OK;
}

constexpr sqlite3_io_methods kFileMethods{
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_check_reserved_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_device_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

OpenMode mode_of(int flags) {
    if (flags & SQLITE_OPEN_CREATE) return flags & SQLITE_OPEN_EXCLUSIVE ? OpenMode::create_new : OpenMode::create;
    return flags & SQLITE_OPEN_READWRITE ? OpenMode::read_write : OpenMode::read;
}

int vfs_open(sqlite3_vfs* self, const char* name, sqlite3_file* file, int flags, int* flags_out) {
    constexpr int kJournals = SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL;
    auto handle = reinterpret_cast<VfsHandle*>(file);
    handle->base.pMethods = nullptr;  // tells SQLite not to close what was never open
    SqliteVfs& vfs = vfs_of(self);
    Path path = name ? name : vfs.temporary_name();
    auto opened = vfs.files().open(path, mode_of(flags));
    if (!opened) return SQLITE_CANTOPEN;
    bool creates = (flags & SQLITE_OPEN_CREATE) != 0;
    handle->state = new VfsFile{.vfs = vfs,
                                .path = path,
                                .file = std::move(*opened),
                                .locks = vfs.locks_of(path.string()),
                                .name_needs_sync = creates && (flags & kJournals) != 0,
                                .delete_on_close = !name || (flags & SQLITE_OPEN_DELETEONCLOSE) != 0};
    handle->base.pMethods = &kFileMethods;
    if (flags_out) *flags_out = flags;
    return SQLITE_OK;
}

int vfs_delete(sqlite3_vfs* self, const char* name, int sync_directory) {
    FileSystem& files = vfs_of(self).files();
    Result<void> removed = files.remove(name);
    if (!removed) return removed.error().code == Code::not_found ? SQLITE_IOERR_DELETE_NOENT : SQLITE_IOERR_DELETE;
    if (sync_directory && !files.sync_directory(Path(name).parent_path())) return SQLITE_IOERR_DIR_FSYNC;
    return SQLITE_OK;
}

int vfs_access(sqlite3_vfs* self, const char* name, int flags, int* out) {
    // As the unix VFS does it: an empty journal counts as none.
    *out = 0;
    auto file = vfs_of(self).files().open(name, OpenMode::read);
    if (!file) return SQLITE_OK;
    Result<std::uint64_t> size = (*file)->size();
    *out = flags != SQLITE_ACCESS_EXISTS || (size && *size > 0) ? 1 : 0;
    return SQLITE_OK;
}

int vfs_full_pathname(sqlite3_vfs*, const char* name, int size, char* out) {
    if (std::strlen(name) >= static_cast<std::size_t>(size)) return SQLITE_CANTOPEN;
    std::strcpy(out, name);
    return SQLITE_OK;
}

}  // namespace

SqliteVfs::SqliteVfs(FileSystem& files, std::string name)
    : files_(files), name_(std::move(name)), vfs_(std::make_unique<sqlite3_vfs>(*sqlite3_vfs_find(nullptr))) {
    // Time, randomness and extensions stay the system's.
    vfs_->iVersion = 2;
    vfs_->szOsFile = sizeof(VfsHandle);
    vfs_->mxPathname = kMaxPath;
    vfs_->pNext = nullptr;
    vfs_->zName = name_.c_str();
    vfs_->pAppData = this;
    vfs_->xOpen = vfs_open;
    vfs_->xDelete = vfs_delete;
    vfs_->xAccess = vfs_access;
    vfs_->xFullPathname = vfs_full_pathname;
    sqlite3_vfs_register(vfs_.get(), 0);
}

SqliteVfs::~SqliteVfs() { sqlite3_vfs_unregister(vfs_.get()); }

std::shared_ptr<SqliteLocks> SqliteVfs::locks_of(const std::string& path) {
    std::lock_guard lock(mutex_);
    std::shared_ptr<SqliteLocks> locks = locks_[path].lock();
    if (!locks) locks_[path] = locks = std::make_shared<SqliteLocks>();
    return locks;
}

std::string SqliteVfs::temporary_name() {
    std::lock_guard lock(mutex_);
    return fmt::format("/sqlite-temporary-{}", ++temporary_files_);
}

}  // namespace spanreel::store
