# SPDX-License-Identifier: Apache-2.0
# The few words the CMakeLists of the rooms are written in.

add_library(spanreel_flags INTERFACE)
target_compile_options(spanreel_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor
  -Wno-missing-designated-field-initializers)
target_compile_definitions(spanreel_flags INTERFACE
  BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION
  BOOST_ALLOW_DEPRECATED_HEADERS)
target_include_directories(spanreel_flags INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_link_options(spanreel_flags INTERFACE -fuse-ld=lld)
if(SPANREEL_SANITIZE)
  target_compile_options(spanreel_flags INTERFACE -fsanitize=${SPANREEL_SANITIZE} -fno-omit-frame-pointer
    -fno-sanitize-recover=all)
  target_link_options(spanreel_flags INTERFACE -fsanitize=${SPANREEL_SANITIZE})
endif()
if(SPANREEL_FUZZ)
  # Coverage feedback for the code under test; only the targets link the driver.
  target_compile_options(spanreel_flags INTERFACE -fsanitize=fuzzer-no-link)
  target_link_options(spanreel_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

# One precompiled header of standard headers, shared by every target.
file(WRITE ${CMAKE_BINARY_DIR}/pch/pch.cpp "// Compiles the shared precompiled header.\n")
add_library(spanreel_pch OBJECT ${CMAKE_BINARY_DIR}/pch/pch.cpp)
target_link_libraries(spanreel_pch PRIVATE spanreel_flags fmt::fmt)
target_compile_options(spanreel_pch PRIVATE -Xclang -fno-pch-timestamp)
target_precompile_headers(spanreel_pch PRIVATE ${CMAKE_SOURCE_DIR}/cmake/pch.hpp)

# spanreel_library(<room> SOURCES a.cpp ... HEADERS a.hpp ... DEPENDS room ... [PRIVATE_DEPENDS lib ...])
# makes library spanreel_<room>. DEPENDS is what its headers need and draws the arrows of ARCHITECTURE.md:
# a room that is not named there cannot be linked. Each header is also compiled alone.
function(spanreel_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;HEADERS;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  set(target spanreel_${name})
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES} ${arg_HEADERS})
    target_link_libraries(${target} PUBLIC spanreel_flags fmt::fmt ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
    target_compile_options(${target} PRIVATE -Xclang -fno-pch-timestamp)
    target_precompile_headers(${target} REUSE_FROM spanreel_pch)
  else()
    add_library(${target} INTERFACE)
    target_link_libraries(${target} INTERFACE spanreel_flags fmt::fmt ${arg_DEPENDS})
  endif()
  spanreel_check_headers(${target} ${arg_HEADERS})
endfunction()

# spanreel_program(<room>) makes spanreel-<room>, which stands beside `spanreel`, of the room's main.cpp and library.
# What it does not use of the libraries behind it is not loaded.
function(spanreel_program name)
  add_executable(spanreel-${name} main.cpp)
  target_link_libraries(spanreel-${name} PRIVATE spanreel_${name})
  target_link_options(spanreel-${name} PRIVATE -Wl,--as-needed)
  target_compile_options(spanreel-${name} PRIVATE -Xclang -fno-pch-timestamp)
  target_precompile_headers(spanreel-${name} REUSE_FROM spanreel_pch)
  set_target_properties(spanreel-${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/src/cli)
endfunction()

# Compiles each header as its own translation unit, without the precompiled header (target check_headers).
add_custom_target(check_headers)
function(spanreel_check_headers target)
  if(NOT ARGN)
    return()
  endif()
  set(units)
  foreach(header ${ARGN})
    file(RELATIVE_PATH path ${CMAKE_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR}/${header})
    string(REPLACE "/" "_" unit ${path})
    set(unit ${CMAKE_BINARY_DIR}/headers/${unit}.cpp)
    file(GENERATE OUTPUT ${unit} CONTENT "#include \"${path}\"\n")
    list(APPEND units ${unit})
  endforeach()
  add_library(${target}_headers OBJECT EXCLUDE_FROM_ALL ${units})
  target_link_libraries(${target}_headers PRIVATE ${target})
  add_dependencies(check_headers ${target}_headers)
endfunction()

# spanreel_test(<room> SOURCES a_test.cpp ... DEPENDS lib ...): one test program per room, run by ctest.
function(spanreel_test name)
  if(NOT SPANREEL_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  set(target spanreel_${name}_test)
  add_executable(${target} ${arg_SOURCES})
  target_link_libraries(${target} PRIVATE ${arg_DEPENDS} GTest::gtest GTest::gmock GTest::gtest_main)
  target_compile_options(${target} PRIVATE -Xclang -fno-pch-timestamp)
  target_precompile_headers(${target} REUSE_FROM spanreel_pch)
  gtest_discover_tests(${target} DISCOVERY_TIMEOUT 60 TEST_PREFIX "${name}." PROPERTIES TIMEOUT 300)
endfunction()

# spanreel_fuzz(<name> SOURCE x.cpp DEPENDS lib ...): a libFuzzer program; its corpus is fuzz/corpus/<name>.
# Target fuzzers builds them all; scripts/fuzz runs them.
add_custom_target(fuzzers)
function(spanreel_fuzz name)
  cmake_parse_arguments(arg "" "SOURCE" "DEPENDS" ${ARGN})
  add_executable(fuzz_${name} ${arg_SOURCE})
  target_link_libraries(fuzz_${name} PRIVATE ${arg_DEPENDS})
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  add_dependencies(fuzzers fuzz_${name})
endfunction()

# spanreel_bench(<name> SOURCE x.cpp DEPENDS lib ...)
function(spanreel_bench name)
  cmake_parse_arguments(arg "" "SOURCE" "DEPENDS" ${ARGN})
  add_executable(bench_${name} ${arg_SOURCE})
  target_link_libraries(bench_${name} PRIVATE ${arg_DEPENDS})
endfunction()
