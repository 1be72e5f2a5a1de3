# _gwdsp as a user module of MicroPython: -DUSER_C_MODULES=.../firmware/dsp/bind/micropython.cmake
# -ffp-contract=off: fused multiply-adds would give other bits than everywhere else.
get_filename_component(GWDSP_CORE ${CMAKE_CURRENT_LIST_DIR}/../core ABSOLUTE)
file(GLOB GWDSP_SOURCES CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/micropython*.c ${GWDSP_CORE}/*.c)

add_library(usermod_gwdsp INTERFACE)
target_sources(usermod_gwdsp INTERFACE ${GWDSP_SOURCES})
target_include_directories(usermod_gwdsp INTERFACE ${CMAKE_CURRENT_LIST_DIR} ${GWDSP_CORE})
target_compile_options(usermod_gwdsp INTERFACE -ffp-contract=off)
target_link_libraries(usermod INTERFACE usermod_gwdsp)
