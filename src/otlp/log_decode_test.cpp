// SPDX-License-Identifier: Apache-2.0
#include "otlp/log_decode.hpp"
