// SPDX-License-Identifier: Apache-2.0
// A file descriptor that is closed when it is no longer used.
#pragma once
#include <unistd.h>

namespace spanreel {

class Descriptor {
  public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    int number() const { return number_; }
    void close() {
        if (number_ >= 0) ::close(number_);
        number_ = -1;
    }

  private:
    int number_;  ///< negative: none
};

}  // namespace spanreel
