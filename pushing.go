package main

import (
	"context"
	"fmt"
	"time"

	"outcry/auction"
	"outcry/handlers/push"
)

// pushService is how the house tells phones; nil when it is not to.
func (ho *house) pushService(ctx context.Context) (*push.Service, error) {
	on := ho.set.get("push")
	if on != "true" && on != "false" {
		return nil, fmt.Errorf("push is %q; give true or false", on)
	}
	if on == "false" {
		return nil, nil
	}
	allow, err := proxies(ho.set.get("push-allow"))
	if err != nil {
		return nil, fmt.Errorf("push-allow: %w", err)
	}
	key, err := ho.store.PushKey(ctx)
	if err != nil {
		return nil, err
	}
	c := push.Config{Key: key, Allow: allow}
	if ho.base != nil && ho.base.Scheme == "https" {
		c.Home = ho.base.String()
	}
	return push.New(c)
}

// pushKey is what browsers are subscribed with, "" where phones are not told.
func (ho *house) pushKey() string {
	if ho.push == nil {
		return ""
	}
	return ho.push.PublicKey()
}

// tellPhones begins to send what waits in the outbox of phones; close ends it.
func (ho *house) tellPhones(ctx context.Context) {
	if ho.push == nil {
		return
	}
	out := push.NewOutbox(push.OutboxConfig{
		Box: ho.store, Service: ho.push, Log: ho.log,
		Compose: func(ctx context.Context, m auction.Push, now time.Time) (push.Message, error) {
			return ho.site.Load().ComposePush(ctx, m, now)
		},
	})
	ho.crew.Go(func() { out.Run(ctx) })
}
