import NIOPosix
import NIOCore
import Logging
import ServiceLifecycle
