/* Preloaded into an IKE daemon on a kernel without ESP: the refusal of a security association is read as success.
   Only what the kernel answers about XFRM passes here, and nothing of IKE, so that what is negotiated stays the same. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

static int is_xfrm(int socket_number) {
    int protocol = 0;
    socklen_t length = sizeof protocol;
    struct sockaddr_storage name;
    socklen_t name_length = sizeof name;
    return getsockname(socket_number, (struct sockaddr *)&name, &name_length) == 0 && name.ss_family == AF_NETLINK &&
           getsockopt(socket_number, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) == 0 && protocol == NETLINK_XFRM;
}

static ssize_t accepted(int socket_number, void *buffer, ssize_t length) {
    int saved = errno;
    if (length >= (ssize_t)sizeof(struct nlmsghdr) && is_xfrm(socket_number)) {
        int left = (int)length;
        for (struct nlmsghdr *head = buffer; NLMSG_OK(head, left); head = NLMSG_NEXT(head, left)) {
            if (head->nlmsg_type != NLMSG_ERROR) continue;
            struct nlmsgerr *answer = NLMSG_DATA(head);
            if (answer->error == -EPROTONOSUPPORT || answer->error == -ENOSYS || answer->error == -ENOENT)
                answer->error = 0;
        }
    }
    errno = saved;
    return length;
}

ssize_t recv(int number, void *buffer, size_t size, int flags) {
    ssize_t(*original)(int, void *, size_t, int) = dlsym(RTLD_NEXT, "recv");
    return accepted(number, buffer, original(number, buffer, size, flags));
}

ssize_t recvfrom(int number, void *buffer, size_t size, int flags, struct sockaddr *from, socklen_t *length) {
    ssize_t(*original)(int, void *, size_t, int, struct sockaddr *, socklen_t *) = dlsym(RTLD_NEXT, "recvfrom");
    return accepted(number, buffer, original(number, buffer, size, flags, from, length));
}

ssize_t recvmsg(int number, struct msghdr *message, int flags) {
    ssize_t(*original)(int, struct msghdr *, int) = dlsym(RTLD_NEXT, "recvmsg");
    ssize_t length = original(number, message, flags);
    return length > 0 && message->msg_iovlen == 1 ? accepted(number, message->msg_iov[0].iov_base, length) : length;
}

ssize_t read(int number, void *buffer, size_t size) {
    ssize_t(*original)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");
    return accepted(number, buffer, original(number, buffer, size));
}
