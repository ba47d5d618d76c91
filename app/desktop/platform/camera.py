"""The camera behind one interface: Qt Multimedia's, and none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QCameraPermission, QCoreApplication, QObject, Qt, Signal

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QCamera, QMediaCaptureSession, QVideoSink

CameraProblem = Literal["no_camera", "permission_denied", "failed"]


class Camera(QObject):
    """A source of frames, and by itself the one of a machine without a camera.

    The page gives it a sink; frames arrive there.

    Signals:
        started: frames may be expected.
        failed: a :data:`CameraProblem`; the page says it in words and offers the other ways.
    """

    started = Signal()
    failed = Signal(str)

    def start(self, sink: QVideoSink) -> None:
        """Begin to send frames to ``sink``. This one has no camera and says so at once."""
        del sink
        self.failed.emit("no_camera")

    def stop(self) -> None:
        """End it; the camera's light goes out."""


class QtCamera(Camera):
    """The system's default camera at up to 1080p through Qt Multimedia.

    Cameras are looked up when the person asks to scan, never before: listing them wakes drivers.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        """Prepare; nothing is opened."""
        super().__init__(parent)
        self._camera: QCamera | None = None
        self._session: QMediaCaptureSession | None = None
        self._sink: QVideoSink | None = None

    def start(self, sink: QVideoSink) -> None:
        """Ask for permission where it is undetermined, then open the default camera."""
        self._sink = sink
        app = QCoreApplication.instance()
        permission = QCameraPermission()
        status = app.checkPermission(permission) if app else Qt.PermissionStatus.Denied
        if status == Qt.PermissionStatus.Undetermined and app is not None:
            app.requestPermission(permission, self, self._answered)
        elif status == Qt.PermissionStatus.Denied:
            self.failed.emit("permission_denied")
        else:
            self._open(sink)

    def stop(self) -> None:
        """Release the camera."""
        self._sink = None
        if self._camera is not None:
            self._camera.stop()
            self._camera.deleteLater()
        if self._session is not None:
            self._session.deleteLater()
        self._camera = self._session = None

    def _answered(self, permission: QCameraPermission) -> None:
        app = QCoreApplication.instance()
        if app is None or app.checkPermission(permission) != Qt.PermissionStatus.Granted:
            self.failed.emit("permission_denied")
        elif self._sink is not None:
            self._open(self._sink)

    def _open(self, sink: QVideoSink) -> None:
        from PySide6.QtMultimedia import QCamera, QMediaCaptureSession, QMediaDevices

        device = QMediaDevices.defaultVideoInput()
        if device.isNull():
            self.failed.emit("no_camera")
            return
        self._camera = QCamera(device, self)
        formats = [f for f in device.videoFormats() if f.resolution().height() <= 1080]
        if formats:
            self._camera.setCameraFormat(
                max(formats, key=lambda f: (f.resolution().height(), f.maxFrameRate()))
            )
        self._camera.errorOccurred.connect(self._broke)
        self._session = QMediaCaptureSession(self)
        self._session.setCamera(self._camera)
        self._session.setVideoSink(sink)
        self._camera.start()
        self.started.emit()

    def _broke(self, *_: object) -> None:
        self.stop()
        self.failed.emit("failed")
