"""random_damage.py H5PAVE FILE COUNT: `h5pave info --verify` on COUNT copies of FILE, each with a few bytes
changed or its end cut off, must exit with 0, 1 or 3 and print one sum line or one error."""
import collections
import random
import subprocess
import sys

command, source, count = sys.argv[1], open(sys.argv[2], 'rb').read(), int(sys.argv[3])
random.seed(20)
endings = collections.Counter()
for number in range(count):
    data = bytearray(source)
    for _ in range(random.choice((1, 3, 20))):
        data[random.randrange(len(data))] = random.choice((0, 255, random.randrange(256)))
    if random.random() < 0.2:
        del data[random.randrange(len(data)):]
    with open('random.h5', 'wb') as file:
        file.write(data)
    try:
        result = subprocess.run([command, 'info', '--verify', 'random.h5'], capture_output=True, timeout=20)
        ending = result.returncode
        if ending not in (0, 1, 3) or (ending == 1 and not result.stdout + result.stderr):
            sys.exit('file %d: status %s, %s' % (number, ending, result.stderr[-300:]))
    except subprocess.TimeoutExpired:
        ending = 'libhdf5 does not end'  # seen in its reader of global heaps
    endings[ending] += 1
print('exit statuses:', dict(endings))
assert endings['libhdf5 does not end'] <= count // 50
