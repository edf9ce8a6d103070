# SPDX-License-Identifier: Apache-2.0
# Everything that is served is part of the program: templates, static files, catalogues, schemas and their examples as
# one C table.  server/web/assets.cmake, where it exists, may append "name=path" pairs of built files to BW_ASSET_PAIRS.
set(BW_ASSET_PAIRS)
set(BW_WEB_DIR ${PROJECT_SOURCE_DIR}/server/web)
file(GLOB BW_WEB_FILES CONFIGURE_DEPENDS RELATIVE ${BW_WEB_DIR}
  ${BW_WEB_DIR}/templates/*.mustache ${BW_WEB_DIR}/static/* ${BW_WEB_DIR}/catalogues/*.json)
foreach(name ${BW_WEB_FILES})
  list(APPEND BW_ASSET_PAIRS ${name}=${BW_WEB_DIR}/${name})
endforeach()
set(BW_SCHEMA_DIR ${PROJECT_SOURCE_DIR}/server/http/schemas)
file(GLOB BW_SCHEMA_FILES CONFIGURE_DEPENDS RELATIVE ${BW_SCHEMA_DIR} ${BW_SCHEMA_DIR}/*.json
  ${BW_SCHEMA_DIR}/*.example.txt)
foreach(name ${BW_SCHEMA_FILES})
  list(APPEND BW_ASSET_PAIRS schemas/${name}=${BW_SCHEMA_DIR}/${name})
endforeach()
if(EXISTS ${BW_WEB_DIR}/assets.cmake)
  include(${BW_WEB_DIR}/assets.cmake)
endif()

set(BW_ASSET_SOURCE ${PROJECT_BINARY_DIR}/generated/http/assets_table.c)
set(BW_ASSET_LIST ${PROJECT_BINARY_DIR}/generated/http/assets.list)
set(BW_ASSET_PATHS)
string(REPLACE ";" "\n" BW_ASSET_TEXT "${BW_ASSET_PAIRS}")
file(CONFIGURE OUTPUT ${BW_ASSET_LIST} CONTENT "${BW_ASSET_TEXT}\n" @ONLY)
foreach(pair ${BW_ASSET_PAIRS})
  string(REGEX REPLACE "^[^=]*=" "" path ${pair})
  list(APPEND BW_ASSET_PATHS ${path})
endforeach()
add_custom_command(OUTPUT ${BW_ASSET_SOURCE}
  DEPENDS ${BW_ASSET_PATHS} ${BW_ASSET_LIST} ${PROJECT_SOURCE_DIR}/server/http/embed.cmake
  COMMAND ${CMAKE_COMMAND} -DLIST=${BW_ASSET_LIST} -DSOURCE=${BW_ASSET_SOURCE} -P ${PROJECT_SOURCE_DIR}/server/http/embed.cmake
  VERBATIM)
list(APPEND BW_EXTRA_SOURCES ${BW_ASSET_SOURCE})
