# SPDX-License-Identifier: Apache-2.0
# Warnings, hardening and sanitizers, one comment a flag; every target links bw_flags.
include(CheckCCompilerFlag)
add_library(bw_flags INTERFACE)
target_include_directories(bw_flags INTERFACE ${PROJECT_SOURCE_DIR}/include)
target_compile_definitions(bw_flags INTERFACE _GNU_SOURCE)

set(BW_WARNINGS
  -Werror                 # a warning is a fault
  -Wall -Wextra           # the common sets
  -Wpedantic              # ISO C17 only
  -Wshadow                # a name that hides another
  -Wconversion            # a value that may change on assignment
  -Wsign-conversion       # a sign that may change
  -Wcast-qual             # a cast that drops const
  -Wcast-align            # a cast that raises alignment
  -Wstrict-prototypes     # f() instead of f(void)
  -Wmissing-prototypes    # an extern function that no header declares
  -Wold-style-definition  # K&R
  -Wwrite-strings         # string literals are const
  -Wpointer-arith         # arithmetic on void *
  -Wformat=2              # format strings, also non-literal ones
  -Wundef                 # #if on an undefined name
  -Wvla                   # arrays of run-time size
  -Wswitch-enum           # a switch that misses an enumerator
  -Wimplicit-fallthrough  # a case that falls through unmarked
  -Wnull-dereference      # a path that dereferences NULL
  -Wdouble-promotion      # float widened silently
)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  list(APPEND BW_WARNINGS
    -Wformat-signedness   # %d for unsigned
    -Wduplicated-cond     # the same condition twice
    -Wduplicated-branches # the same branch twice
    -Wlogical-op          # suspicious && and ||
  )
else()
  list(APPEND BW_WARNINGS
    -Wthread-safety                  # locks as declared
    -Wmissing-variable-declarations  # an extern variable that no header declares
    -Wno-string-concatenation        # a literal is cut where an escape such as \xC3 would go on
  )
endif()
if(BW_SANITIZE)
  list(REMOVE_ITEM BW_WARNINGS -Werror) # gcc's manual: sanitizers make it warn of what cannot be; dev and release keep it
endif()
target_compile_options(bw_flags INTERFACE ${BW_WARNINGS} -fno-common -fno-omit-frame-pointer)

if(BW_TEST_CLOCK)
  target_compile_definitions(bw_flags INTERFACE BW_TEST_CLOCK=1)
else()
  target_compile_definitions(bw_flags INTERFACE BW_TEST_CLOCK=0)
endif()

if(BW_SANITIZE)
  target_compile_options(bw_flags INTERFACE -fsanitize=${BW_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(bw_flags INTERFACE -fsanitize=${BW_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  # reliability.md S8
  target_compile_options(bw_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong
    -fstack-clash-protection -fcf-protection=full -fPIE)
  check_c_compiler_flag(-ftrivial-auto-var-init=zero BW_HAVE_AUTO_INIT)
  if(BW_HAVE_AUTO_INIT)
    target_compile_options(bw_flags INTERFACE -ftrivial-auto-var-init=zero)
  endif()
  if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_link_options(bw_flags INTERFACE -flto=auto) # link-time optimisation on all cores
  endif()
  target_link_options(bw_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code)
endif()
if(BW_FUZZ)
  target_compile_options(bw_flags INTERFACE -fsanitize=fuzzer-no-link) # what libFuzzer steers by
endif()
if(BW_COVERAGE)
  target_compile_options(bw_flags INTERFACE --coverage)
  target_link_options(bw_flags INTERFACE --coverage)
endif()
