// SPDX-License-Identifier: Apache-2.0
// What queries do with kept orders, and when changes end one, is tested with ColumnTable.
#include "store/columns/kept_orders.hpp"

#include <gtest/gtest.h>

#include "store/columns/row_order.hpp"

namespace spanreel::store {
namespace {

std::string order_by(std::size_t column) { return {order_character(column, false), order_character(0, false)}; }

const auto kRows = std::make_shared<const OrderedRows>();

TEST(KeptOrders, KeepThoseThatWereAskedForLast) {
    KeptOrders orders;
    for (std::size_t column = 1; column <= KeptOrders::kMost; ++column) orders.keep(order_by(column), kRows);
    EXPECT_EQ(orders.find(order_by(1)), kRows);
    orders.keep(order_by(100), kRows);
    EXPECT_EQ(orders.find(order_by(1)), kRows);
    EXPECT_EQ(orders.find(order_by(2)), nullptr);
    for (std::size_t column = 3; column <= KeptOrders::kMost; ++column) EXPECT_TRUE(orders.find(order_by(column)));
    EXPECT_EQ(orders.find(order_by(100)), kRows);
}

TEST(KeptOrders, GoWithAColumnOfTheirs) {
    KeptOrders orders;
    const std::string falling{order_character(127, true), order_character(3, false), order_character(0, false)};
    orders.keep(order_by(3), kRows);
    orders.keep(falling, kRows);
    KeptOrders copy = orders;
    orders.forget(127);
    EXPECT_EQ(orders.find(falling), nullptr);
    EXPECT_EQ(orders.find(order_by(3)), kRows);
    orders.forget(3);
    EXPECT_EQ(orders.find(order_by(3)), nullptr);
    EXPECT_EQ(copy.find(falling), kRows);
    copy.forget(0);
    EXPECT_EQ(copy.find(falling), nullptr);
}

}  // namespace
}  // namespace spanreel::store
