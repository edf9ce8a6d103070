# SPDX-License-Identifier: Apache-2.0
# bw_layer(NAME DEPS...) makes static library bw_NAME from server/NAME/*.c.  server/NAME/layer.cmake, where it exists,
# may append generated sources to BW_EXTRA_SOURCES and generated include folders to BW_EXTRA_INCLUDES.
function(bw_layer name)
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/server/${name}/*.c)
  set(BW_EXTRA_SOURCES)
  set(BW_EXTRA_INCLUDES)
  if(EXISTS ${PROJECT_SOURCE_DIR}/server/${name}/layer.cmake)
    include(${PROJECT_SOURCE_DIR}/server/${name}/layer.cmake)
  endif()
  if(NOT sources AND NOT BW_EXTRA_SOURCES)
    add_library(bw_${name} INTERFACE)
    target_link_libraries(bw_${name} INTERFACE ${ARGN})
    return()
  endif()
  add_library(bw_${name} STATIC ${sources} ${BW_EXTRA_SOURCES})
  target_include_directories(bw_${name} PUBLIC ${BW_EXTRA_INCLUDES} PRIVATE ${PROJECT_SOURCE_DIR}/server/${name})
  target_link_libraries(bw_${name} PUBLIC ${ARGN} PRIVATE bw_flags)
endfunction()
