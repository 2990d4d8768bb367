"""Whoever does the work of a batch, started when first needed: nothing to do, nothing started."""

from __future__ import annotations

import functools
import queue
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chainviz.render.begun import Begun, modules_for
from chainviz.render.catalogue import SceneFile
from chainviz.render.records import Request

if TYPE_CHECKING:
    from chainviz.render.workers import Pool

__all__ = ["Crew"]

_MANY = 1000  # as many jobs as there are workers for


class Crew:
    """The executor of a batch, its inbox and its folder; the stack ends and removes them."""

    def __init__(
        self,
        stack: ExitStack,
        *,
        media: Path,
        request: Request,
        files: Sequence[SceneFile],
        jobs: int | None = None,
        timeout: float | None = None,
        dask: str | None = None,
        begun: Begun | None = None,
    ) -> None:
        self._stack = stack
        self._media = media
        self._request = request
        self._files = files
        self._jobs = jobs
        self._timeout = timeout
        self._dask = dask
        self._begun = begun
        self.inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()

    @functools.cached_property
    def folder(self) -> Path:
        """Where the jobs have their folders."""
        from chainviz.render.publish import workspace

        folder = self._stack.enter_context(workspace(self._media))
        self._stack.callback(self._end)  # before it is removed: else they would go on writing there
        return folder

    @functools.cached_property
    def local(self) -> Pool:
        """Processes on this machine."""
        from chainviz.render.launch import launcher_for
        from chainviz.render.workers import Pool, how_many

        modules = modules_for([file.path for file in self._files])
        pixels = (self._request.width or 1920) * (self._request.height or 1080)
        pool = Pool(
            self._jobs or how_many(_MANY, pixels),
            timeout=self._timeout,
            launcher=launcher_for(modules=modules, begun=self._begun),
            heard=lambda future, message: self.inbox.put((future, message)),
        )
        self._stack.callback(self._end)
        return pool

    def _end(self) -> None:
        pool = vars(self).get("local")
        if pool is not None:
            pool.kill()

    @functools.cached_property
    def executor(self) -> Any:
        """Whoever renders: these processes, or a cluster."""
        if not self._dask:
            return self.local
        from chainviz.render.cluster import dask_pool

        return self._stack.enter_context(dask_pool(self._dask, self._timeout))

    def prepare(self) -> None:
        """Have the workers' imports begin: it's certain that there will be something to do."""
        if not self._dask and self._files:
            self.local  # noqa: B018 - it's started when first looked at

    @property
    def call(self) -> Callable[..., Any]:
        """What the executor is asked to do with a job."""
        if self._dask:
            from chainviz.render.cluster import run_far

            return run_far
        from chainviz.render.jobs import run_job

        return run_job
