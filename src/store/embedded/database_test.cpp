// SPDX-License-Identifier: Apache-2.0
#include "store/embedded/database.hpp"

#include <gtest/gtest.h>
