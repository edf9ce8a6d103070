# SPDX-License-Identifier: Apache-2.0
# The SQL of schema/ as C tables (schema/embed.cmake), made again whenever a file there changes.
set(BW_GEN ${PROJECT_BINARY_DIR}/generated/storage)
set(BW_EMBED ${PROJECT_SOURCE_DIR}/schema/embed.cmake)

function(bw_embed_statements dir name prefix header source)
  file(GLOB files CONFIGURE_DEPENDS ${dir}/*.sql)
  add_custom_command(OUTPUT ${header} ${source} DEPENDS ${files} ${BW_EMBED}
    COMMAND ${CMAKE_COMMAND} -DMODE=statements -DDIR=${dir} -DNAME=${name} -DPREFIX=${prefix} -DHEADER=${header}
            -DSOURCE=${source} -P ${BW_EMBED} VERBATIM)
endfunction()

function(bw_embed_scripts dir name source)
  file(GLOB files CONFIGURE_DEPENDS ${dir}/*.sql)
  add_custom_command(OUTPUT ${source} DEPENDS ${files} ${BW_EMBED}
    COMMAND ${CMAKE_COMMAND} -DMODE=scripts -DDIR=${dir} -DNAME=${name} -DSOURCE=${source} -P ${BW_EMBED} VERBATIM)
endfunction()

bw_embed_statements(${PROJECT_SOURCE_DIR}/schema/queries bw_stmts BW_STMT ${BW_GEN}/bw/storage/stmt_list.h ${BW_GEN}/stmt_list.c)
list(APPEND BW_EXTRA_SOURCES ${BW_GEN}/stmt_list.c ${BW_GEN}/bw/storage/stmt_list.h)
list(APPEND BW_EXTRA_INCLUDES ${BW_GEN})
