"""What lists of cases have in common."""
import queue
import traceback

import grpc

LIMIT = 20


class Requests:
    """Requests that are sent as they are put."""

    def __init__(self):
        self.queue = queue.Queue()

    def put(self, request):
        self.queue.put(request)

    def end(self):
        self.queue.put(None)

    def __iter__(self):
        return self

    def __next__(self):
        request = self.queue.get()
        if request is None:
            raise StopIteration
        return request


def raise_from(call):
    call.result()


def expect(code, call):
    try:
        call()
    except grpc.RpcError as error:
        assert code is None or error.code() == code, error
        return error
    except grpc.FutureCancelledError:
        assert code == grpc.StatusCode.CANCELLED
        return None
    raise AssertionError(f"no error, where {code} was expected")


def run(cases):
    """Prints a line a method that is not the object's own affair."""
    for name in [name for name in vars(type(cases)) if not name.startswith("_")]:
        try:
            getattr(cases, name)()
            print(name, "ok", flush=True)
        except Exception as error:
            print(f"{name} failed: {error!r} {' '.join(traceback.format_tb(error.__traceback__)[-1].split())}", flush=True)
