// SPDX-License-Identifier: Apache-2.0
// A disk that is full, and one that fails: what was acknowledged stays, nothing is acknowledged that may be lost, and
// the program says what it does not take.
#include <gtest/gtest.h>

#include <cerrno>

#include "verdict.hpp"

namespace spanreel::crash {
namespace {

class DiskTrouble : public testing::Test {
  protected:
    DiskTrouble() { testing::internal::CaptureStderr(); }
    ~DiskTrouble() override { testing::internal::GetCapturedStderr(); }

    std::unique_ptr<Machine> start(std::size_t slice_rows = kSliceRows) {
        auto machine = std::make_unique<Machine>(*disk_, nullptr, slice_rows);
        Result<void> started = machine->start();
        if (!started) throw std::runtime_error("does not start: " + started.error().message);
        return machine;
    }
    void expect_promises(Machine& machine) {
        Result<void> kept = keeps_its_promises(machine, workload_.acknowledged());
        EXPECT_TRUE(kept) << kept.error().message;
    }
    /// Sends spans until they are refused; the reason.
    Error send_until_refused(Machine& machine) {
        for (int i = 0; i < 1000; ++i)
            if (Result<void> sent = workload_.send_spans(machine); !sent) return sent.error();
        return {Code::internal, "never refused"};
    }
    /// Without space it may be, laid over by the recorder's memory.
    bool index_is_behind(Machine& machine) {
        bool behind = false;
        Result<void> done = machine.spans().replay(machine.spans().applied().value(), [&](const store::StoredEntry&) {
            behind = true;
            return Result<void>();
        });
        EXPECT_TRUE(done);
        return behind;
    }
    std::size_t acknowledged_operations() const { return workload_.acknowledged().operations.size(); }
    /// API calls, most of which change something.
    void call_api(Machine& machine) {
        std::size_t before = acknowledged_operations();
        for (int i = 0; i < 4; ++i) {
            Result<void> called = workload_.call_api(machine);
            EXPECT_TRUE(called) << called.error().message;
        }
        EXPECT_GT(acknowledged_operations(), before);
    }
    /// The room that the tape gave back when it was recovered may have gone to the index meanwhile.
    void call_api_without_reserve(Machine& machine) {
        for (int i = 0; i < 4; ++i)
            if (Result<void> called = workload_.call_api(machine); !called)
                EXPECT_EQ(called.error().code, Code::unavailable) << called.error().message;
    }

    std::unique_ptr<SimulatedDisk> disk_ = std::make_unique<SimulatedDisk>();
    Workload workload_{7};
};

TEST_F(DiskTrouble, AFullDiskRefusesSpansTakesOperationsAndHeals) {
    auto machine = start();
    ASSERT_TRUE(workload_.run(*machine, 30));
    disk_->set_capacity(disk_->used());
    EXPECT_EQ(send_until_refused(*machine).code, Code::unavailable);
    EXPECT_FALSE(machine->recorder().healthy());
    call_api(*machine);
    EXPECT_EQ(send_until_refused(*machine).code, Code::unavailable);

    disk_->set_capacity(UINT64_MAX);
    Result<void> healed = workload_.run(*machine, 30);
    EXPECT_TRUE(healed) << healed.error().message;
    EXPECT_TRUE(machine->recorder().healthy());
    machine.reset();
    disk_ = disk_->crash(3);
    expect_promises(*start());
}

TEST_F(DiskTrouble, AProgramKilledOnAFullDiskStartsAgain) {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        disk_ = std::make_unique<SimulatedDisk>();
        workload_ = Workload(seed % 10);
        bool in_slices = seed >= 10;
        SCOPED_TRACE(seed);
        std::size_t slice_rows = in_slices ? kSliceRows : store::kSliceRows;
        auto machine = start(slice_rows);
        ASSERT_TRUE(workload_.run(*machine, 30));
        disk_->set_capacity(disk_->used());
        (void)send_until_refused(*machine);
        disk_->power_off_after(0);
        machine.reset();
        disk_->resume();

        machine = std::make_unique<Machine>(*disk_, nullptr, slice_rows);
        if (Result<void> started = machine->start(); started) {
            if (!index_is_behind(*machine)) expect_promises(*machine);
            EXPECT_EQ(send_until_refused(*machine).code, Code::unavailable);
            if (!in_slices) call_api_without_reserve(*machine);
        } else {  // a save that ended between slices is undone first, and that may take space
            EXPECT_TRUE(in_slices) << started.error().message;
            EXPECT_EQ(started.error().code, Code::unavailable) << started.error().message;
        }
        disk_->set_capacity(UINT64_MAX);
        machine.reset();
        machine = start(slice_rows);
        expect_promises(*machine);
        EXPECT_TRUE(workload_.run(*machine, 10));
        machine.reset();
        expect_promises(*start());
    }
}

/// One sync fails; the program takes nothing more; the machine goes on, or loses power as well.
void fail_one_sync(DiskOperation kind, std::uint64_t seed, bool power_cut) {
    Workload workload(seed);
    auto disk = std::make_unique<SimulatedDisk>();
    {
        Machine machine(*disk);
        ASSERT_TRUE(machine.start());
        disk->fail_next(kind, kind == DiskOperation::sync ? seed : seed % 4, EIO);
        Result<void> ran{};
        for (int i = 0; i < 20 && ran; ++i) ran = workload.run(machine, 40);
        // SQLite shrugs off the sync of its database: the log keeps all until a later checkpoint succeeds.
        if (!ran) {
            EXPECT_FALSE(machine.recorder().healthy()) << ran.error().message;
            EXPECT_FALSE(workload.send_spans(machine)) << "taken after a failed sync";
        }
        disk->power_off_after(0);
    }
    if (power_cut)
        disk = disk->crash(seed);
    else
        disk->resume();
    for (int life = 0; life < 2; ++life) {
        Machine machine(*disk);
        Result<void> started = machine.start();
        if (started) started = keeps_its_promises(machine, workload.acknowledged());
        ASSERT_TRUE(started) << "seed " << seed << ": " << started.error().message;
        ASSERT_TRUE(workload.run(machine, 10));
    }
}

TEST_F(DiskTrouble, AFailedSyncIsFinalAndARestartRecovers) {
    for (std::uint64_t seed = 0; seed < 20 && !HasFatalFailure(); ++seed) {
        fail_one_sync(DiskOperation::sync, seed, seed % 2 == 0);
        if (seed % 4 == 0) fail_one_sync(DiskOperation::sync_directory, seed / 4, seed % 8 == 0);
    }
}

}  // namespace
}  // namespace spanreel::crash
