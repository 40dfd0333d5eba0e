// SPDX-License-Identifier: Apache-2.0
#include "media/rtmp/amf0.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/encoding.hpp"
#include "media/rtmp/limits.hpp"
#include "media/rtmp/test_publisher.hpp"

namespace spanreel::media::rtmp {
namespace {

using test::amf;
using test::text;
using testing::HasSubstr;

std::string error_of(std::string_view body) {
    auto values = read_amf0(as_bytes(body));
    return values ? "none" : values.error().message;
}

TEST(Amf0, ReadsBackWhatItWrites) {
    const std::vector<AmfValue> values = {
        text("connect"),
        {1.5},
        {true},
        {false},
        {AmfNull{}},
        {AmfUndefined{}},
        {AmfDate{1e12}},
        {AmfArray{{1.0}, text("two"), {AmfArray{}}}},
        {AmfObject{{"app", text("live")}, {"inner", {AmfObject{{"x", {3.0}}}}}, {"", {4.0}}}},
    };
    auto read = read_amf0(as_bytes(amf(values)));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, values);
}

TEST(Amf0, ReadsFormsItNeverWrites) {
    // ECMA array with a wrong count, long string, typed object, XML document, unsupported.
    const std::string body = *from_hex(
        "08000000630001610101000009"
        "0c00000003616263"
        "100003466f6f00016205000009"
        "0f000000023c3e"
        "0d");
    auto read = read_amf0(as_bytes(body));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_THAT(*read,
                testing::ElementsAre(AmfValue{AmfObject{{"a", {true}}}}, text("abc"),
                                     AmfValue{AmfObject{{"b", {AmfNull{}}}}}, text("<>"), AmfValue{AmfUndefined{}}));
}

TEST(Amf0, FindsMembersByName) {
    const AmfValue object{AmfObject{{"a", {1.0}}, {"b", text("x")}, {"a", {2.0}}}};
    ASSERT_NE(object.member("a"), nullptr);
    EXPECT_EQ(*object.member("a")->as<double>(), 1.0);
    EXPECT_EQ(object.member("a")->as<std::string>(), nullptr);
    EXPECT_EQ(object.member("c"), nullptr);
    EXPECT_EQ(text("a").member("a"), nullptr);
}

TEST(Amf0, IsRefusedWhereverItIsCut) {
    const std::string body =
        amf({{AmfObject{{"a", {AmfArray{text("x"), {AmfDate{1}}}}}, {"b", {1.0}}, {"c", {true}}}}});
    ASSERT_TRUE(read_amf0(as_bytes(body)));
    for (std::size_t size = 1; size < body.size(); ++size) {
        EXPECT_THAT(error_of(std::string_view(body).substr(0, size)), HasSubstr("cut short")) << size;
    }
}

TEST(Amf0, NamesMarkersItDoesNotTakeWithTheirPlace) {
    EXPECT_EQ(error_of(std::string_view("\x05\x11\x01", 3)), "AMF0: marker 17 at byte 1");
    EXPECT_EQ(error_of(std::string_view("\x07\x00\x01", 3)), "AMF0: marker 7 at byte 0");
}

TEST(Amf0, IsBounded) {
    auto nested = [](unsigned depth) {
        AmfValue value{1.0};
        for (unsigned i = 0; i < depth; ++i) value = AmfValue{AmfArray{value}};
        return amf({value});
    };
    EXPECT_EQ(error_of(nested(kMaxAmfDepth)), "none");
    EXPECT_THAT(error_of(nested(kMaxAmfDepth + 1)), HasSubstr("nested too deep"));

    EXPECT_EQ(error_of(amf(std::vector<AmfValue>(kMaxAmfValues, AmfValue{AmfNull{}}))), "none");
    EXPECT_THAT(error_of(amf(std::vector<AmfValue>(kMaxAmfValues + 1, AmfValue{AmfNull{}}))),
                HasSubstr("too many values"));

    EXPECT_EQ(error_of(amf({text(std::string(kMaxAmfStringBytes, 'x'))})), "none");
    EXPECT_THAT(error_of(amf({text(std::string(kMaxAmfStringBytes + 1, 'x'))})), HasSubstr("string too long"));
    EXPECT_THAT(error_of(amf({text(std::string(70'000, 'x'))})), HasSubstr("string too long"));
    const AmfObject long_name{{std::string(kMaxAmfStringBytes + 1, 'x'), {1.0}}};
    EXPECT_THAT(error_of(amf({{long_name}})), HasSubstr("member name too long"));
    // An array that announces four thousand million elements costs nothing.
    EXPECT_THAT(error_of(std::string_view("\x0A\xFF\xFF\xFF\xFF\x05", 6)), HasSubstr("cut short"));
}

}  // namespace
}  // namespace spanreel::media::rtmp
