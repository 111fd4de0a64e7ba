// The main function of every test executable; the suites are in its other sources.
#define BOOST_TEST_MODULE H5PAVE_TEST_NAME
#include <boost/test/unit_test.hpp>
