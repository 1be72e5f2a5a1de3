/* No pins: this keeps py/mphal.h from wanting a virtual one of extmod. */
#define mp_hal_pin_obj_t void *
