# SPDX-License-Identifier: Apache-2.0
# The SQL of schema/ as C tables (schema/embed.cmake), made again whenever a file there changes.
set(BW_GEN ${PROJECT_BINARY_DIR}/generated/storage)

function(bw_embed_statements dir name prefix header source)
  file(GLOB files CONFIGURE_DEPENDS ${dir}/*.sql)
  add_custom_command(OUTPUT ${header} ${source} DEPENDS ${files} ${PROJECT_SOURCE_DIR}/schema/embed.cmake
    COMMAND ${CMAKE_COMMAND} -DMODE=statements -DDIR=${dir} -DNAME=${name} -DPREFIX=${prefix} -DHEADER=${header}
            -DSOURCE=${source} -P ${PROJECT_SOURCE_DIR}/schema/embed.cmake VERBATIM)
endfunction()

function(bw_embed_scripts dir name source)
  file(GLOB files CONFIGURE_DEPENDS ${dir}/*.sql)
  add_custom_command(OUTPUT ${source} DEPENDS ${files} ${PROJECT_SOURCE_DIR}/schema/embed.cmake
    COMMAND ${CMAKE_COMMAND} -DMODE=scripts -DDIR=${dir} -DNAME=${name} -DSOURCE=${source} -P ${PROJECT_SOURCE_DIR}/schema/embed.cmake VERBATIM)
endfunction()

bw_embed_statements(${PROJECT_SOURCE_DIR}/schema/queries bw_stmts BW_STMT ${BW_GEN}/bw/storage/stmt_list.h ${BW_GEN}/stmt_list.c)
list(APPEND BW_EXTRA_SOURCES ${BW_GEN}/stmt_list.c ${BW_GEN}/bw/storage/stmt_list.h)
list(APPEND BW_EXTRA_INCLUDES ${BW_GEN})
foreach(part bootstrap migrations functions test_realm cluster)
  bw_embed_scripts(${PROJECT_SOURCE_DIR}/schema/${part} bw_sql_${part} ${BW_GEN}/${part}_list.c)
  list(APPEND BW_EXTRA_SOURCES ${BW_GEN}/${part}_list.c)
endforeach()
