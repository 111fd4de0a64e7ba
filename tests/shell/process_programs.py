"""Unmodified h5py programs that treat their process, or HDF5, unusually. Each runs in the current
folder, off and on, under processes_test.sh; what it prints and writes must be the same.

    process_programs.py PROGRAM
"""
import io
import multiprocessing
import os
import subprocess
import sys
import threading
import time

os.environ['OPENBLAS_NUM_THREADS'] = '1'  # NumPy's own threads end at a fork, too.
import h5py
import numpy as np

VALUES = np.random.default_rng(7).standard_normal((64, 48)).astype('f4')


def fill(group, name='x', maxshape=(None, 48), **more):
    return group.create_dataset(name, data=VALUES, maxshape=maxshape, chunks=(8, 16), **more)


def exit_without_close():
    file = h5py.File('a.h5', 'w')
    fill(file, compression='gzip')
    file['x'].resize(70, axis=0)
    file['x'][64:] = 1
    globals()['kept'] = file
    sys.exit(3)


def os_exit_after_flush():
    file = h5py.File('a.h5', 'w')
    dataset = fill(file)
    file.flush()
    dataset[0] = 99  # stays in the chunk cache: lost, as in stock
    os._exit(4)


def os_exit_without_flush():
    file = h5py.File('a.h5', 'w')
    fill(file)
    os._exit(5)


def killed():
    file = h5py.File('a.h5', 'w')
    fill(file)
    file.flush()
    fill(file, 'y')
    os.kill(os.getpid(), 9)


def child_reads_and_writes(number):
    with h5py.File('a.h5', 'r') as file:
        total = float(file['x'][number::4].sum())
    with h5py.File(f'child{number}.h5', 'w') as file:
        fill(file, compression='gzip', shuffle=True)
    return total


def fork_pool():
    with h5py.File('a.h5', 'w') as file:
        fill(file)
    with multiprocessing.get_context('fork').Pool(4) as pool:
        print(pool.map(child_reads_and_writes, range(4)))


def fork_with_open_file():
    with h5py.File('a.h5', 'w') as file:
        dataset = fill(file)
        file.flush()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(writing, b'%.3f' % dataset[5].sum())
            with h5py.File('child0.h5', 'w') as own:
                fill(own)
            os._exit(0)
        os.waitpid(child, 0)
        print(os.read(reading, 100))
        dataset[6] = 6
        fill(file, 'y', maxshape=(None, None))


def fork_and_normal_exit():
    with h5py.File('a.h5', 'w') as file:
        fill(file)
    child = os.fork()
    name = 'child0.h5' if child == 0 else 'b.h5'
    with h5py.File(name, 'w') as file:
        fill(file)
    if child != 0:
        print(os.waitpid(child, 0)[1])


def image(number):
    return np.random.default_rng(number).poisson(30, (600, 500)).astype('u2')


def stack(file, count=24, name='stack'):
    return file.create_dataset(name, (count, 600, 500), 'u2', chunks=(1, 600, 500), compression='gzip',
                               compression_opts=1, shuffle=True, rdcc_nbytes=1 << 16)


def exit_with_partly_written_chunks():
    """Nothing is closed or flushed; the library's exit handler must."""
    file = h5py.File('a.h5', 'w')
    dataset = stack(file, 6)
    for number in range(6):
        dataset[number, 3:] = image(number)[3:]
    globals()['kept'] = file, dataset
    sys.exit(3)


def threads_left_by_fork():
    """How many threads besides the program's own are there after a fork; an ended one may linger."""
    for _ in range(100):
        others = len(os.listdir('/proc/self/task')) - 1
        if others == 0:
            break
        time.sleep(0.01)
    return others


def fork_with_busy_workers():
    """Half of the images are partly written, the others whole and on their way; parent and child both find all
    of them, the child writes a file of its own, and the parent goes on."""
    with h5py.File('a.h5', 'w') as file:
        dataset = stack(file)
        for number in range(12):
            first = number % 2 * 5
            dataset[number, first:] = image(number)[first:]
        reading, writing = os.pipe()
        child = os.fork()
        if child != 0:
            print('threads', threads_left_by_fork())
        found = [bool(np.array_equal(dataset[n, 5:], image(n)[5:])) for n in range(12)]
        if child == 0:
            with h5py.File('child0.h5', 'w') as own:
                others = stack(own, 5)
                for number in range(5):
                    others[number] = image(number + 50)
            os.write(writing, repr(found).encode())
            os._exit(0)
        print(os.waitpid(child, 0)[1], found)
        print(os.read(reading, 1000))
        for number in range(12, 24):
            dataset[number, 9:] = image(number)[9:]
        dataset[3, 7] = 7


def many_forks():
    """Forks at any moment of the workers' lives: no child may hang."""
    with h5py.File('a.h5', 'w') as file:
        dataset = stack(file)
        ends = []
        for number in range(24):
            dataset[number] = image(number)
            child = os.fork()
            if child != 0:
                ends.append(threads_left_by_fork())
            if child == 0:
                total = int(dataset[:number + 1, 4, :50].sum())
                os._exit(total % 200)
            ends.append(os.waitpid(child, 0)[1] >> 8)
        print(ends)


def file_locking():
    """What a second process may open while a writer has chunks on their way."""
    other = "import h5py, sys; h5py.File('a.h5', sys.argv[1]); print('opened', sys.argv[1])"
    for setting in 'TRUE', 'FALSE', 'BEST_EFFORT':
        os.environ['HDF5_USE_FILE_LOCKING'] = setting
        writer = subprocess.Popen([sys.executable, __file__, 'locked_writer'], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True)
        print(setting, writer.stdout.readline().strip())
        # Two writers without locks spoil the file, as in stock.
        for mode in ['r'] if setting == 'FALSE' else ['r', 'r+']:
            done = subprocess.run([sys.executable, '-c', other, mode], capture_output=True, text=True)
            print(done.returncode, done.stdout.strip(), done.stderr.strip().split('\n')[-1])
        print(writer.communicate('go on\n')[0].strip())
        done = subprocess.run([sys.executable, '-c', other, 'r'], capture_output=True, text=True)
        print(done.returncode, done.stdout.strip(), done.stderr.strip().split('\n')[-1])


def locked_writer():
    with h5py.File('a.h5', 'w') as file:
        dataset = stack(file, 4)
        file.flush()
        for number in range(4):
            dataset[number, 1:] = image(number)[1:]
        print('holds chunks', flush=True)
        sys.stdin.readline()
        print(bool(np.array_equal(dataset[2, 1:], image(2)[1:])), flush=True)


def several_opens():
    first = h5py.File('a.h5', 'w')
    second = h5py.File('a.h5', 'a')
    dataset = fill(first)
    print(np.array_equal(second['x'][...], VALUES), first == second, first.id == second.id)
    second['x'].resize(80, axis=0)
    print(dataset.shape)
    second['x'][70] = 70
    print(dataset[70, :3])
    first.close()
    fill(second, 'y')
    third = h5py.File('a.h5', 'r+')
    third['y'][1] = 5
    second.close()
    third.close()
    with h5py.File('a.h5', 'r') as one, h5py.File('a.h5', 'r') as two:
        print(one['y'] == two['y'], two['y'][1, 1])


def links():
    with h5py.File('b.h5', 'w') as file:
        fill(file.create_group('inside'))
    with h5py.File('a.h5', 'w') as file:
        file['outside'] = h5py.ExternalLink('b.h5', '/inside')
        file['soft'] = h5py.SoftLink('/outside/x')
        file['dangling'] = h5py.ExternalLink('missing.h5', '/x')
        fill(file, '/made/on/the/way')
        file['hard'] = file['/made/on']
        file.move('/made/on/the', '/moved')
        fill(file['outside'], 'created_through_link')
        print(np.array_equal(file['soft'][...], VALUES), os.path.basename(file['soft'].file.filename), file['soft'].name)
        print(sorted(file), file.get('soft', getlink=True).path, 'dangling' in file)
        try:
            file['dangling']
        except KeyError as error:
            print('KeyError', error)
        names = []
        file.visit(names.append)
        print(names)
        del file['hard']


def virtual():
    for number in range(3):
        with h5py.File(f'part{number}.h5', 'w') as file:
            file.create_dataset('x', data=VALUES + number, chunks=(8, 16), maxshape=(None, 48))
    layout = h5py.VirtualLayout((4, 64, 48), 'f4', maxshape=(None, 64, 48))
    for number in range(4):
        layout[number] = h5py.VirtualSource(f'part{number}.h5', 'x', (64, 48))
    with h5py.File('a.h5', 'w') as file:
        file.create_virtual_dataset('all', layout, fillvalue=-1)
        fill(file)
    with h5py.File('a.h5', 'r+') as file:
        values = file['all'][...]
        print(values.sum(axis=(1, 2)), [s.file_name for s in file['all'].virtual_sources()])
        file['all'][2, 3] = 33
    with h5py.File('part2.h5', 'r') as file:
        print(file['x'][3, :4])


def references():
    with h5py.File('a.h5', 'w') as file:
        dataset = fill(file)
        file.create_dataset('objects', data=[file['x'].ref, file.ref], dtype=h5py.ref_dtype, chunks=(1,))
        file.create_dataset('regions', data=[dataset.regionref[2:5, 3:9], dataset.regionref[7]],
                            dtype=h5py.regionref_dtype, chunks=(1,))
        dataset.attrs['self'] = dataset.ref
    with h5py.File('a.h5', 'r') as file:
        region = file['regions'][0]
        print([file[r].name for r in file['objects']], file[region].name, file['x'].regionref.selection(region))
        print(np.array_equal(file[region][region], VALUES[2:5, 3:9]), file[file['x'].attrs['self']].name)


def drivers():
    with h5py.File('core.h5', 'w', driver='core', backing_store=True) as file:
        fill(file)
    with h5py.File('nothing.h5', 'w', driver='core', backing_store=False) as file:
        fill(file, compression='gzip')
        print(file['x'].id.get_storage_size() > 0, np.array_equal(file['x'][...], VALUES))
    print(os.path.exists('nothing.h5'))
    with h5py.File('split', 'w', driver='split') as file:
        fill(file)
    with h5py.File('split', 'r', driver='split') as file:
        print(np.array_equal(file['x'][...], VALUES), file.driver)
    with h5py.File('family%d.h5', 'w', driver='family', memb_size=4096) as file:
        fill(file)
    with h5py.File('family%d.h5', 'r', driver='family', memb_size=4096) as file:
        print(np.array_equal(file['x'][...], VALUES), file.driver)
    with h5py.File('stdio.h5', 'w', driver='stdio') as file:
        fill(file)
    memory = io.BytesIO()
    with h5py.File(memory, 'w') as file:
        fill(file)
    with h5py.File(memory, 'r') as file:
        print(np.array_equal(file['x'][...], VALUES), file.driver)
    with open('fileobj.h5', 'wb') as file:
        file.write(memory.getvalue())
    with h5py.File('block.h5', 'w', userblock_size=512) as file:
        fill(file)
    with h5py.File('paged.h5', 'w', fs_strategy='page', fs_page_size=4096, fs_persist=True) as file:
        fill(file)


def images():
    with h5py.File('a.h5', 'w') as file:
        fill(file)
        file.flush()
        image = file.id.get_file_image()
    again = h5py.File(h5py.h5f.open_file_image(image, h5py.h5f.FILE_IMAGE_OPEN_RW))
    print(np.array_equal(again['x'][...], VALUES), len(again['x'].id.get_create_plist().get_chunk()))
    fill(again, 'y')
    with open('image.h5', 'wb') as file:
        again.flush()
        file.write(again.id.get_file_image())
    again.close()


def mount():
    with h5py.File('b.h5', 'w') as child:
        fill(child)
    with h5py.File('a.h5', 'w') as parent:
        parent.create_group('point')
        with h5py.File('b.h5', 'r+') as child:
            h5py.h5f.mount(parent.id, b'/point', child.id)
            print(np.array_equal(parent['/point/x'][...], VALUES), parent['/point/x'].file.filename)
            fill(parent['/point'], 'through_the_mount')
            h5py.h5f.unmount(parent.id, b'/point')
        print(list(parent['/point']))


READER = """
import h5py, sys, time
with h5py.File('a.h5', 'r', libver='latest', swmr=True) as file:
    x = file['x']
    print('opened', flush=True)
    deadline = time.monotonic() + 60
    while x.shape[0] < 400 and time.monotonic() < deadline:
        time.sleep(0.01)
        x.refresh()
    x.refresh()
    print(x.shape, float(x[...].sum()))
"""


def swmr():
    with h5py.File('a.h5', 'w', libver='latest') as file:
        dataset = file.create_dataset('x', (0, 8), 'f8', maxshape=(None, 8), chunks=(16, 8))
        file.swmr_mode = True
        with subprocess.Popen([sys.executable, '-c', READER], stdout=subprocess.PIPE, text=True) as reader:
            print(reader.stdout.readline().strip())
            for row in range(400):
                dataset.resize(row + 1, axis=0)
                dataset[row] = row
                dataset.flush()
            print(reader.stdout.read().strip())


def swmr_after_default_bounds():
    """A dataset of a default file cannot be written under SWMR in stock; nor with the connector."""
    with h5py.File('a.h5', 'w') as file:
        fill(file)
        try:
            file.swmr_mode = True
            print('started')
        except Exception as error:
            print(type(error).__name__, error)


def threads():
    shared = h5py.File('a.h5', 'w')

    def work(number):
        with h5py.File(f'thread{number}.h5', 'w') as own:
            for i in range(10):
                fill(own, f'x{i}', compression='gzip')
                fill(shared, f'g{number}/x{i}')
                assert np.array_equal(own[f'x{i}'][...], VALUES)
    workers = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(sum(len(group) for group in shared.values()))
    shared.close()


def close_order():
    """Objects outlive the file identifier; weak and strong close degrees."""
    file = h5py.File('a.h5', 'w')
    dataset = fill(file)
    identifier = dataset.id
    h5py.h5i.inc_ref(identifier)
    file.id.close()
    dataset[3] = 3
    print(dataset[3, 3])
    h5py.h5i.dec_ref(identifier)
    access = h5py.h5p.create(h5py.h5p.FILE_ACCESS)
    access.set_fclose_degree(h5py.h5f.CLOSE_WEAK)
    weak = h5py.h5f.create(b'b.h5', fapl=access)
    dataset = fill(h5py.Group(h5py.h5g.open(weak, b'/')))
    weak.close()
    dataset.resize(65, axis=0)
    dataset[64] = 64
    print(dataset[64, 0])


if __name__ == '__main__':
    {program.__name__: program for program in (
        exit_without_close, exit_with_partly_written_chunks, fork_with_busy_workers, many_forks, file_locking,
        locked_writer, os_exit_after_flush, os_exit_without_flush, killed, fork_pool,
        fork_with_open_file, fork_and_normal_exit, several_opens, links, virtual, references, drivers,
        images, mount, swmr, swmr_after_default_bounds, threads, close_order)}[sys.argv[1]]()
