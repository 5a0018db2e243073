from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0007_arriving'),
    ]

    operations = [
        migrations.AddField(
            model_name='exhibit',
            name='parent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='children', to='incidents.exhibit'),
        ),
    ]
