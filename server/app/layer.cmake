# SPDX-License-Identifier: Apache-2.0
# schema/seed/*.csv as C tables: bw_seeds.
set(BW_SEED_SOURCE ${PROJECT_BINARY_DIR}/generated/app/seed_list.c)
file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/schema/seed/*.csv)
add_custom_command(OUTPUT ${BW_SEED_SOURCE} DEPENDS ${files} ${PROJECT_SOURCE_DIR}/schema/embed.cmake
  COMMAND ${CMAKE_COMMAND} -DMODE=scripts -DENDING=csv -DDIR=${PROJECT_SOURCE_DIR}/schema/seed -DNAME=bw_seeds
          -DSOURCE=${BW_SEED_SOURCE} -P ${PROJECT_SOURCE_DIR}/schema/embed.cmake VERBATIM)
list(APPEND BW_EXTRA_SOURCES ${BW_SEED_SOURCE})
