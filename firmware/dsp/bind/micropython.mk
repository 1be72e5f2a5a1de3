# _gwdsp as a user module of MicroPython: make USER_C_MODULES=.../firmware/dsp
# -ffp-contract=off: fused multiply-adds would give other bits than everywhere else.
GWDSP_CORE := $(patsubst %/bind,%/core,$(USERMOD_DIR))

SRC_USERMOD_C += $(wildcard $(USERMOD_DIR)/micropython*.c)
SRC_USERMOD_LIB_C += $(wildcard $(GWDSP_CORE)/*.c)
CFLAGS_USERMOD += -I$(USERMOD_DIR) -I$(GWDSP_CORE) -ffp-contract=off
