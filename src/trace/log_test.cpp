// SPDX-License-Identifier: Apache-2.0
#include "trace/log_reader.hpp"
